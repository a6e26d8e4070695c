//! Progress on standard error: bars on a terminal, one line a stage elsewhere.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// One finished stage.
#[derive(Clone, Debug)]
pub struct StageTime {
    /// What was done.
    pub name: &'static str,
    /// How many of it.
    pub count: u64,
    /// How long it took.
    pub elapsed: Duration,
}

/// Stages of a run, in order.
pub struct Progress {
    done: Vec<StageTime>,
    quiet: bool,
}

/// A running stage.
pub struct Stage {
    name: &'static str,
    bar: ProgressBar,
    start: Instant,
}

impl Stage {
    /// One more unit is done.
    pub fn step(&self) {
        self.bar.inc(1);
    }

    /// Says what is being worked on.
    pub fn say(&self, text: &str) {
        self.bar.set_message(text.to_owned());
    }

    /// Several units are done.
    pub fn advance(&self, steps: u64) {
        self.bar.inc(steps);
    }

    /// What the stage made, where its bar counted something else.
    pub fn was(&self, count: u64) {
        self.bar.set_position(count);
    }

    /// More units turned out to be needed.
    pub fn more(&self, steps: u64) {
        self.bar.inc_length(steps);
    }
}

impl Progress {
    /// `quiet` draws nothing.
    pub fn new(quiet: bool) -> Self {
        Self {
            done: Vec::new(),
            quiet,
        }
    }

    /// Starts a stage of `steps` units.
    pub fn start(&self, name: &'static str, steps: u64) -> Stage {
        let target = if self.quiet {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(Some(steps), target);
        let style = ProgressStyle::with_template(
            "{prefix:<26} {bar:24} {pos:>4}/{len:<4} {elapsed:>5} {msg}",
        )
        .unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        bar.set_prefix(name);
        bar.enable_steady_tick(Duration::from_millis(200));
        Stage {
            name,
            bar,
            start: Instant::now(),
        }
    }

    /// Ends a stage.
    pub fn finish(&mut self, stage: Stage) {
        let elapsed = stage.start.elapsed();
        let count = stage.bar.position();
        stage.bar.finish_and_clear();
        if !self.quiet {
            eprintln!(
                "{:<26} {count:>5}   {:>8.2} s",
                stage.name,
                elapsed.as_secs_f64()
            );
        }
        tracing::info!(
            stage = stage.name,
            count,
            ms = elapsed.as_millis() as u64,
            "stage done"
        );
        self.done.push(StageTime {
            name: stage.name,
            count,
            elapsed,
        });
    }

    /// All finished stages.
    pub fn stages(&self) -> &[StageTime] {
        &self.done
    }
}
