//! What is read from memory and what constants are, against the rules.

use super::*;

/// What is read from memory, the words at their edges, is where the rules say.
fn what_is_loaded_keeps_to_the_rules<L: Rules<N>, const N: usize>() {
    let Some(isa) = L::Isa::detect() else { return };
    let rng = &mut StdRng::seed_from_u64(12);
    let p = prime::<L, N>();
    for _ in 0..400 {
        let words: [[u64; 4]; N] = std::array::from_fn(|_| {
            loop {
                let words = [0, 1, 2, 3].map(|i| match rng.gen_range(0..4) {
                    0 => 0,
                    1 => u64::MAX,
                    2 => p[i].wrapping_sub(rng.gen_range(0..2)),
                    _ => rng.r#gen(),
                });
                let words = [words[0], words[1], words[2], words[3] % (p[3] + 1)];
                if crate::prime::reduce_once(words, &p) == words {
                    break words;
                }
            }
        });
        let negative: u8 = rng.r#gen();
        let pointers = words.each_ref().map(|words| words.as_ptr());
        // SAFETY: the pointers are to four words each.
        let [plain, signed] = unsafe {
            [
                L::load(isa, pointers),
                L::load_signed(isa, pointers, negative),
            ]
        };
        let constant = L::splat(isa, &words[0]).to_limbs();
        let exact = Bounds::of_constant(&words[0], L::BITS, &p);
        assert_eq!(constant, [exact.limbs.map(|limb| limb.low as i64); N]);
        assert_eq!(plain.to_limbs()[0], constant[0]);
        assert_eq!(plain.words(), words);
        for lane in 0..N {
            let element = Scale::<L, N>::element(&plain.to_limbs()[lane]);
            let minus = negative >> lane & 1 == 1;
            let expected = if minus { -element } else { element };
            let signed = signed.to_limbs()[lane];
            assert_eq!(Scale::<L, N>::element(&signed), expected);
            let both = [
                (plain.to_limbs()[lane], L::after_load()),
                (signed, L::after_load_signed()),
            ];
            for (limbs, allowed) in both {
                for (limb, range) in limbs.iter().zip(&allowed.limbs) {
                    assert!(range.contains((*limb).into()), "{limbs:?}");
                }
                let units = Scale::<L, N>::units(&limbs);
                assert!(allowed.value.low - 2 <= units && units <= allowed.value.high + 2);
            }
        }
    }
}

#[test]
fn loads_keep_to_the_rules() {
    what_is_loaded_keeps_to_the_rules::<Single<Base, 1>, 1>();
    what_is_loaded_keeps_to_the_rules::<Single<Scalar, 4>, 4>();
    what_is_loaded_keeps_to_the_rules::<Four<Base>, 4>();
    what_is_loaded_keeps_to_the_rules::<Four<Scalar>, 4>();
    what_is_loaded_keeps_to_the_rules::<Eight<Base>, 8>();
    what_is_loaded_keeps_to_the_rules::<Eight<Scalar>, 8>();
}
