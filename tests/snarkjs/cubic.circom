pragma circom 2.2.0;

// y = x^3 + x + shift, twenty times over: private x, public shift, public output y.
template Cubic(rounds) {
    signal input x;
    signal input shift;
    signal output y;

    signal value[rounds + 1];
    signal square[rounds];
    value[0] <== x;
    for (var i = 0; i < rounds; i++) {
        square[i] <== value[i] * value[i];
        value[i + 1] <== square[i] * value[i] + value[i] + shift;
    }
    y <== value[rounds];
}

component main {public [shift]} = Cubic(20);
