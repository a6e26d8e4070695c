// SPDX-License-Identifier: Apache-2.0
// Written by `obolus keys export --solidity`. The same key always gives the same text.
pragma solidity ^0.8.20;

/// @title Groth16 verifier of the circuit $CIRCUIT$ over BN254
/// @notice Verifying key $KEY_ID$, $ORIGIN$.
$WARNING$/// @dev Accepts if and only if
///
///     e(A, B) = e(alpha, beta) * e(L, gamma) * e(C, delta),  L = IC[0] + sum of inputs[i] * IC[i + 1],
///
/// and every number is canonical and no point of the proof is the identity. Who checks what:
///
/// - number of inputs: the types of the arguments and the length of the call data;
/// - inputs below R and coordinates below Q: this contract (ecMul reduces its scalar and would not notice);
/// - identity points: this contract (the precompiles accept them, written as zeros);
/// - A and C on the curve: this contract, so that the point can be named, and ecPairing (0x08) again. G1 has prime order,
///   so a point on the curve is in the subgroup;
/// - B on the curve and in the subgroup of order R: ecPairing (0x08), which EIP-197 obliges to check both;
/// - the sum L: ecMul (0x07) and ecAdd (0x06); the product of pairings: ecPairing (0x08).
///
/// A proof can be re-randomised by anybody into another valid proof of the same inputs. Whoever must tell two payments
/// apart looks at the inputs, never at the proof.
contract Verifier_$CIRCUIT$ {
    /// @notice Id of the verifying key: a hash of circuit, origin and every point.
    string public constant KEY_ID = "$KEY_ID$";
    /// @notice Name of the circuit.
    string public constant CIRCUIT = "$CIRCUIT$";
    /// @notice Who made the key.
    string public constant ORIGIN = "$ORIGIN$";
    /// @notice Number of public inputs.
    uint256 public constant PUBLIC_INPUTS = $COUNT$;

    // Field of the coordinates and field of the scalars (EIP-196).
    uint256 private constant Q = $Q$;
    uint256 private constant R = $R$;

    // The key, as in verification_key.json; the coefficient of u is named 1, the constant 0.
    uint256 private constant ALPHA_X = $ALPHA_X$;
    uint256 private constant ALPHA_Y = $ALPHA_Y$;
    uint256 private constant BETA_X0 = $BETA_X0$;
    uint256 private constant BETA_X1 = $BETA_X1$;
    uint256 private constant BETA_Y0 = $BETA_Y0$;
    uint256 private constant BETA_Y1 = $BETA_Y1$;
    uint256 private constant GAMMA_X0 = $GAMMA_X0$;
    uint256 private constant GAMMA_X1 = $GAMMA_X1$;
    uint256 private constant GAMMA_Y0 = $GAMMA_Y0$;
    uint256 private constant GAMMA_Y1 = $GAMMA_Y1$;
    uint256 private constant DELTA_X0 = $DELTA_X0$;
    uint256 private constant DELTA_X1 = $DELTA_X1$;
    uint256 private constant DELTA_Y0 = $DELTA_Y0$;
    uint256 private constant DELTA_Y1 = $DELTA_Y1$;
    uint256 private constant IC0_X = $IC0_X$;
    uint256 private constant IC0_Y = $IC0_Y$;

    /// @notice There is more call data than the arguments take. With less, the call reverts without a reason.
    error CallDataTooLong();
    /// @notice A word of the proof is not below Q.
    error CoordinateNotCanonical(uint256 word);
    /// @notice A public input is not below R.
    error InputNotCanonical(uint256 input);
    /// @notice A, B or C is the identity.
    error PointIsIdentity(bytes1 point);
    /// @notice A or C is not on the curve.
    error PointNotOnCurve(bytes1 point);
    /// @notice B is not on its curve or not in the subgroup. An ecPairing that runs out of gas cannot be told from that.
    error BNotInSubgroup();
    /// @notice A precompile gave no answer: too little gas, or a chain without EIP-196 and EIP-197.
    error PrecompileFailed();
    /// @notice The proof does not hold for these inputs under this key.
    error ProofRefused();

    /// @notice Returns if the proof holds and reverts if not: there is no result to forget.
    /// @param proof A.x, A.y, B.x1, B.x0, B.y1, B.y0, C.x, C.y, each below Q.
$PARAM$    function verify(uint256[8] calldata proof$INPUTS$) external view {
        if (msg.data.length != 4 + 32 * (8 + PUBLIC_INPUTS)) revert CallDataTooLong();

        // The arguments follow the selector: eight words of proof, then the inputs.
        uint256 index = _firstNotBelow(Q, 0x04, 8);
        if (index != 8) revert CoordinateNotCanonical(index);
        index = _firstNotBelow(R, 0x104, PUBLIC_INPUTS);
        if (index != PUBLIC_INPUTS) revert InputNotCanonical(index);

        if ((proof[0] | proof[1]) == 0) revert PointIsIdentity("A");
        if ((proof[2] | proof[3] | proof[4] | proof[5]) == 0) revert PointIsIdentity("B");
        if ((proof[6] | proof[7]) == 0) revert PointIsIdentity("C");
        if (!_isOnCurve(proof[0], proof[1])) revert PointNotOnCurve("A");
        if (!_isOnCurve(proof[6], proof[7])) revert PointNotOnCurve("C");

        // Four pairs of 0xc0 bytes: (-A, B), (alpha, beta), (L, gamma), (C, delta).
        uint256 pairs;
        bool answered;
        assembly ("memory-safe") {
            // Adds scalar * (x, y) to the point at `sum`; the 0x60 bytes behind it are scratch.
            function addTerm(sum, scalar, x, y) -> done {
                let term := add(sum, 0x40)
                mstore(term, x)
                mstore(add(sum, 0x60), y)
                mstore(add(sum, 0x80), scalar)
                // A call to an address without a precompile succeeds and returns nothing.
                done := staticcall(gas(), 0x07, term, 0x60, term, 0x40)
                done := and(done, eq(returndatasize(), 0x40))
                let added := staticcall(gas(), 0x06, sum, 0x80, sum, 0x40)
                done := and(and(done, added), eq(returndatasize(), 0x40))
            }

            pairs := mload(0x40)
            mstore(0x40, add(pairs, 0x300))
            answered := 1

            // L, where it is needed.
            let sum := add(pairs, 0x180)
            mstore(sum, IC0_X)
            mstore(add(sum, 0x20), IC0_Y)
$TERMS$
            // A is on the curve, so its y is not zero and Q - y is below Q.
            calldatacopy(pairs, proof, 0xc0)
            mstore(add(pairs, 0x20), sub(Q, mload(add(pairs, 0x20))))
            mstore(add(pairs, 0xc0), ALPHA_X)
            mstore(add(pairs, 0xe0), ALPHA_Y)
            mstore(add(pairs, 0x100), BETA_X1)
            mstore(add(pairs, 0x120), BETA_X0)
            mstore(add(pairs, 0x140), BETA_Y1)
            mstore(add(pairs, 0x160), BETA_Y0)
            mstore(add(pairs, 0x1c0), GAMMA_X1)
            mstore(add(pairs, 0x1e0), GAMMA_X0)
            mstore(add(pairs, 0x200), GAMMA_Y1)
            mstore(add(pairs, 0x220), GAMMA_Y0)
            calldatacopy(add(pairs, 0x240), add(proof, 0xc0), 0x40)
            mstore(add(pairs, 0x280), DELTA_X1)
            mstore(add(pairs, 0x2a0), DELTA_X0)
            mstore(add(pairs, 0x2c0), DELTA_Y1)
            mstore(add(pairs, 0x2e0), DELTA_Y0)
        }
        if (!answered) revert PrecompileFailed();

        bool inSubgroup;
        uint256 product;
        assembly ("memory-safe") {
            inSubgroup := staticcall(gas(), 0x08, pairs, 0x300, 0x00, 0x20)
            answered := eq(returndatasize(), 0x20)
            product := mload(0x00)
        }
        if (!inSubgroup) revert BNotInSubgroup();
        if (!answered) revert PrecompileFailed();
        if (product != 1) revert ProofRefused();
    }

    /// @dev Position of the first of `count` words of call data that is not below `modulus`; `count` if all are.
    function _firstNotBelow(uint256 modulus, uint256 start, uint256 count) private pure returns (uint256 index) {
        assembly ("memory-safe") {
            for {} lt(index, count) { index := add(index, 1) } {
                if iszero(lt(calldataload(add(start, shl(5, index))), modulus)) { break }
            }
        }
    }

    /// @dev Whether y^2 = x^3 + 3; the identity is not.
    function _isOnCurve(uint256 x, uint256 y) private pure returns (bool) {
        return mulmod(y, y, Q) == addmod(mulmod(mulmod(x, x, Q), x, Q), 3, Q);
    }
}
