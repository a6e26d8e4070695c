//! The queue against a model that is too simple to be wrong: random orders, the same answers.

use super::*;

const TENANTS: [&str; 3] = ["a", "b", "c"];
const LIMITS: Limits = Limits {
    jobs: 12,
    bytes: 3000,
    tenant_jobs: 6,
    tenant_bytes: 1200,
};
const KEEP: Duration = Duration::from_millis(60_000);

struct Job {
    n: u128,
    tenant: &'static str,
    order: Option<String>,
    request: Digest,
    size: u64,
    priority: u8,
    deadline: Option<u64>,
    state: State,
    attempt: u32,
    begun: u32,
    lease: u64,
    finished: u64,
}

impl Job {
    fn active(&self) -> bool {
        !self.state.is_final()
    }

    fn end(&mut self, state: State, now: u64) {
        self.state = state;
        self.finished = now;
    }
}

#[derive(Default)]
struct Model {
    jobs: Vec<Job>,
    served: HashMap<&'static str, u64>,
    serial: u64,
}

impl Model {
    fn sums(&self, of: impl Fn(&Job) -> bool) -> (u64, u64) {
        let active = self.jobs.iter().filter(|job| job.active() && of(job));
        active.fold((0, 0), |(jobs, bytes), job| (jobs + 1, bytes + job.size))
    }

    /// What a submission answers, in a word.
    fn submit(&mut self, job: Job) -> &'static str {
        let mut old = self.jobs.iter();
        let same =
            |old: &&Job| old.order.is_some() && old.order == job.order && old.tenant == job.tenant;
        if let Some(old) = old.find(same) {
            return if old.request == job.request {
                "same"
            } else {
                "other"
            };
        }
        let (jobs, bytes) = self.sums(|old| old.tenant == job.tenant);
        if jobs >= LIMITS.tenant_jobs || (jobs > 0 && bytes + job.size > LIMITS.tenant_bytes) {
            return "tenant full";
        }
        let (jobs, bytes) = self.sums(|_| true);
        if jobs >= LIMITS.jobs || bytes + job.size > LIMITS.bytes {
            return "full";
        }
        self.jobs.push(job);
        "new"
    }

    fn claim(&mut self, now: u64) -> Option<(u128, u32, bool)> {
        let may = |job: &Job| job.state == State::Queued && job.deadline.is_none_or(|at| at > now);
        let running = |tenant| {
            let running = |job: &&Job| job.state == State::Running && job.tenant == tenant;
            self.jobs.iter().filter(running).count()
        };
        let tenant = *TENANTS
            .iter()
            .filter(|tenant| {
                self.jobs
                    .iter()
                    .any(|job| job.tenant == **tenant && may(job))
            })
            .min_by_key(|tenant| (running(**tenant), self.served.get(**tenant), **tenant))?;
        let alone = self.sums(|_| true).0 == 1;
        self.serial += 1;
        self.served.insert(tenant, self.serial);
        // The list is in order of age, and of several equal ones the first is the minimum.
        let theirs = self
            .jobs
            .iter_mut()
            .filter(|job| job.tenant == tenant && may(job));
        let job = theirs.min_by_key(|job| 9 - job.priority)?;
        job.state = State::Running;
        job.attempt += 1;
        job.begun += 1;
        job.lease = now + LEASE.as_millis() as u64;
        Some((job.n, job.attempt, alone))
    }

    fn holder(&mut self, claim: Claim) -> Option<&mut Job> {
        self.jobs.iter_mut().find(|job| {
            id(job.n) == claim.id && job.attempt == claim.attempt && job.state == State::Running
        })
    }

    fn sweep(&mut self, now: u64) -> (u64, u64, u64, u64) {
        let (mut expired, mut lost, mut requeued) = (0, 0, 0);
        for job in self.jobs.iter_mut().filter(|job| job.active()) {
            let late = job.deadline.is_some_and(|at| at <= now);
            let alone = job.state == State::Running && job.lease <= now;
            if late && (alone || job.state == State::Queued) {
                job.end(State::Expired, now);
                expired += 1;
            } else if alone && job.begun == MAX_ATTEMPTS {
                job.end(State::Failed, now);
                lost += 1;
            } else if alone {
                job.state = State::Queued;
                requeued += 1;
            }
        }
        let before = self.jobs.len();
        let keep = KEEP.as_millis() as u64;
        self.jobs
            .retain(|job| job.active() || job.finished + keep >= now);
        (expired, lost, requeued, (before - self.jobs.len()) as u64)
    }
}

/// Knuth's generator: the same orders every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

fn submitted(result: Result<Submitted, QueueError>) -> &'static str {
    match result {
        Ok(Submitted::New(_)) => "new",
        Ok(Submitted::Same(_)) => "same",
        Err(QueueError::OtherRequest) => "other",
        Err(QueueError::TenantFull) => "tenant full",
        Err(QueueError::Full) => "full",
        Err(error) => panic!("{error}"),
    }
}

async fn submit_one(
    queue: &dyn Queue,
    model: &mut Model,
    dice: &mut Dice,
    n: u128,
    now: u64,
) -> &'static str {
    let whose = TENANTS[dice.roll(3) as usize];
    let order = (dice.roll(3) == 0).then(|| format!("order{}", dice.roll(4)));
    let size = 50 + 100 * dice.roll(5);
    let deadline = (dice.roll(4) == 0).then(|| now + dice.roll(30_000));
    let job = NewJob {
        idempotency: order.as_deref().map(|key| key.parse().unwrap()),
        request: Digest::of(&[dice.roll(2) as u8]),
        witness: sealed(size as usize, 7),
        priority: Priority::try_from(dice.roll(3) as u8).unwrap(),
        deadline: deadline.map(at),
        ..new_job(n, whose)
    };
    let answer = model.submit(Job {
        n,
        tenant: whose,
        order,
        request: job.request,
        size,
        priority: job.priority.get(),
        deadline,
        state: State::Queued,
        attempt: 0,
        begun: 0,
        lease: 0,
        finished: 0,
    });
    assert_eq!(submitted(queue.submit(job, &LIMITS, at(now)).await), answer);
    answer
}

async fn report_one(queue: &dyn Queue, model: &mut Model, dice: &mut Dice, claim: Claim, now: u64) {
    let what = dice.roll(4);
    let counted = model.holder(claim).map(|job| match what {
        0 => job.lease = now + LEASE.as_millis() as u64,
        1 => {
            job.state = State::Queued;
            job.begun -= 1;
        }
        2 => job.end(State::Succeeded, now),
        _ => job.end(State::Failed, now),
    });
    let reported = match what {
        0 => match queue
            .heartbeat(claim, Stage::Checking, LEASE, at(now))
            .await
            .unwrap()
        {
            Alive::Go => Reported::Counted,
            Alive::Stop => Reported::Ignored,
        },
        1 => queue.give_back(claim).await.unwrap(),
        2 => prove(queue, claim, now).await,
        _ => {
            let outcome = Outcome::Failed(failure("prover_error"));
            queue.finish(claim, outcome, at(now)).await.unwrap()
        }
    };
    assert_eq!(reported == Reported::Counted, counted.is_some());
}

async fn cancel_one(queue: &dyn Queue, model: &mut Model, whose: &str, n: u128, now: u64) {
    let mut jobs = model.jobs.iter_mut();
    let found = jobs.find(|job| job.n == n && job.tenant == whose);
    let expected = found.map(|job| {
        if job.active() {
            job.end(State::Cancelled, now);
        }
        job.state == State::Cancelled
    });
    let answer = queue.cancel(&tenant(whose), id(n), at(now)).await.unwrap();
    let answer = answer.map(|answer| matches!(answer, Cancelled::Done(_)));
    assert_eq!(answer, expected);
}

async fn sweep_one(queue: &dyn Queue, model: &mut Model, now: u64) {
    let swept = queue.sweep(KEEP, at(now)).await.unwrap();
    let ended = |how| swept.ended.iter().filter(|ended| **ended == how).count();
    let did = (ended(Ended::Expired), ended(Ended::WorkerLost));
    let (expired, lost, requeued, forgotten) = model.sweep(now);
    assert_eq!(did, (expired as usize, lost as usize));
    assert_eq!((swept.requeued, swept.forgotten), (requeued, forgotten));
}

async fn compare(queue: &dyn Queue, model: &Model) {
    for job in &model.jobs {
        let view = view(queue, job.tenant, job.n).await;
        assert_eq!(
            (view.state, view.attempts),
            (job.state, job.begun),
            "{view:?}"
        );
        assert_eq!(view.finished_ms, (!job.active()).then_some(job.finished));
    }
    let depth = queue.depth().await.unwrap();
    assert_eq!(
        (depth.queued + depth.running, depth.bytes),
        model.sums(|_| true)
    );
}

pub(super) async fn it_does_what_the_model_does(queue: Shared) {
    let queue = &*queue;
    let (mut model, mut dice) = (Model::default(), Dice(20_260_101));
    let (mut now, mut claims, mut answers) = (1_000, Vec::new(), HashMap::new());
    for n in 0..1500 {
        now += dice.roll(3_000);
        match dice.roll(12) {
            0..5 => {
                let answer = submit_one(queue, &mut model, &mut dice, n, now).await;
                *answers.entry(answer).or_insert(0) += 1;
            }
            5..8 => {
                let claimed = claim(queue, now).await;
                let seen = claimed.map(|claimed| (claimed.claim, claimed.alone));
                claims.extend(seen.map(|(claim, _)| claim));
                let expected = model.claim(now);
                let expected =
                    expected.map(|(n, attempt, alone)| (Claim { id: id(n), attempt }, alone));
                assert_eq!(seen, expected, "step {n}");
            }
            8..10 if !claims.is_empty() => {
                // Mostly of late, or it would almost never count.
                let back = dice.roll(4.min(claims.len() as u64)) as usize;
                let claim = claims[claims.len() - 1 - back];
                report_one(queue, &mut model, &mut dice, claim, now).await;
            }
            10 => {
                let whose = TENANTS[dice.roll(3) as usize];
                let which = n.saturating_sub(dice.roll(20).into());
                cancel_one(queue, &mut model, whose, which, now).await;
            }
            _ => sweep_one(queue, &mut model, now).await,
        }
        if n % 50 == 0 {
            compare(queue, &model).await;
        }
    }
    compare(queue, &model).await;
    assert_eq!(answers.len(), 5, "every answer was seen: {answers:?}");
}
