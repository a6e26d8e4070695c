//! Random histories: wallets, a model and the auditor must agree at every step.

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Step {
    Issue(usize, u64),
    Pay(usize, usize, u64),
    Redeem(usize, u64),
    Merge(usize),
    Abandon(usize, u64),
}

fn step() -> impl Strategy<Value = Step> {
    let who = || 0..3_usize;
    prop_oneof![
        3 => (who(), 1..500_u64).prop_map(|(to, amount)| Step::Issue(to, amount)),
        4 => (who(), who(), 1..300_u64).prop_map(|(from, to, amount)| Step::Pay(from, to, amount)),
        1 => (who(), 1..200_u64).prop_map(|(from, amount)| Step::Redeem(from, amount)),
        1 => who().prop_map(Step::Merge),
        1 => (who(), 1..200_u64).prop_map(|(from, amount)| Step::Abandon(from, amount)),
    ]
}

/// Carries a step out if the wallet allows it, in the open block and in the model.
fn carry_out(
    chain: &mut TestChain,
    wallets: &mut [Wallet],
    model: &mut [u128; 3],
    step: &Step,
    rng: &mut StdRng,
) {
    match *step {
        Step::Issue(to, amount) => {
            chain.issue(wallets[to].address(), amount, "");
            model[to] += u128::from(amount);
        }
        Step::Pay(from, to, amount) => {
            let payment = chain.payment(wallets[to].address(), amount, "");
            if let Ok(tx) = wallets[from].transfer(&payment, rng) {
                chain.include(tx.body()).unwrap();
                model[from] -= u128::from(amount);
                model[to] += u128::from(amount);
            }
        }
        Step::Redeem(from, amount) => {
            let order = redemption(chain, amount);
            if let Ok(tx) = wallets[from].redeem(&order, rng) {
                chain.include(tx.body()).unwrap();
                model[from] -= u128::from(amount);
            }
        }
        Step::Merge(who) => {
            let all = Amount::new(wallets[who].balance().available as u64);
            let plan = wallets[who].plan_consolidation(all);
            for pair in plan.map(|plan| plan.now).unwrap_or_default() {
                let text = MemoText::default();
                let expiry = Height(chain.height() + 5);
                let tx = wallets[who].merge(&pair, &text, expiry, rng).unwrap();
                chain.include(tx.body()).unwrap();
            }
        }
        Step::Abandon(from, amount) => {
            let to = wallets[(from + 1) % 3].address();
            // Never submitted: its notes stay locked until it expires.
            let _ = wallets[from].transfer(&chain.payment(to, amount, ""), rng);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn wallets_model_and_auditor_agree(
        steps in prop::collection::vec((step(), any::<bool>()), 1..20),
    ) {
        let (mut chain, mut wallets) = TestChain::with_participants(&[A, B, C]);
        let mut model = [0_u128; 3];
        let mut rng = rng();
        for (step, same_block) in &steps {
            carry_out(&mut chain, &mut wallets, &mut model, step, &mut rng);
            if !same_block {
                chain.seal();
                chain.sync_all(&mut wallets);
                let totals: Vec<_> = wallets.iter().map(|w| w.balance().total()).collect();
                prop_assert_eq!(&totals[..], &model[..]);
            }
        }
        // Past the expiry of everything abandoned.
        for _ in 0..12 {
            chain.seal();
        }
        chain.sync_all(&mut wallets);
        let mut auditor = AuditorView::new(chain.config, vec![chain.secret.clone()]);
        auditor.sync(&chain).unwrap();
        prop_assert_eq!(auditor.findings(), &[]);
        auditor.supply().check(&chain.token_state().unwrap()).unwrap();
        for (number, (wallet, seed)) in wallets.iter().zip([A, B, C]).enumerate() {
            prop_assert_eq!(wallet.balance().available, model[number]);
            let slot = Slot::new(number as u32).unwrap();
            let total = auditor.totals().get(&slot).copied().unwrap_or_default();
            prop_assert_eq!(total.balance(), Some(model[number]));
            let mut rebuilt = chain.wallet(seed);
            rebuilt.sync(&chain).unwrap();
            prop_assert!(rebuilt.notes().iter().eq(wallet.notes().iter()));
            prop_assert!(rebuilt.history() == wallet.history());
        }
    }
}
