//! The key ceremony by files: three steps of each member, and nothing left of one that failed.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_threshold::dkg::{CeremonyId, DkgError, Round1, Round2};
use obolus_threshold::{Ceremony, CeremonySecret, Participant, Purpose};
use rand::rngs::OsRng;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::directory::WAITING;
use super::{CommitteeError, Group, MemberDir, MemberName, Roster};

pub(super) const STATE: &str = "ceremony";

/// What a member keeps between the rounds.
#[derive(BorshSerialize, BorshDeserialize)]
struct State {
    roster: String,
    task: Task,
    secret: Secret,
    /// The messages of round 1 that were answered; others never are.
    round1: Option<Vec<Vec<u8>>>,
}

/// What the members meet for.
#[derive(Clone, Copy, BorshSerialize, BorshDeserialize)]
pub(super) enum Task {
    /// A new key.
    Generate {
        /// For what.
        purpose: Purpose,
        /// How many it takes.
        needed: u8,
    },
    /// New shares of the key that they have.
    Refresh,
}

#[derive(BorshSerialize, BorshDeserialize, Zeroize, ZeroizeOnDrop)]
struct Secret([u8; 32]);

/// What the last step made.
pub enum Finished {
    /// A key. Share and group are in use.
    Made(Group),
    /// New shares of the key. They wait for [`adopt`](super::adopt), and the old ones stay in use until then.
    Refreshed(Group),
}

/// A ceremony that began.
pub struct Begun {
    /// Its name, which members compare before they go on.
    pub ceremony: CeremonyId,
    /// This member's message, for all others.
    pub round1: Round1,
}

/// Step 1: takes the seat `me` in a new ceremony.
///
/// # Errors
/// [`CommitteeError`]: a key or a ceremony is there already, or the seat is another identity's.
pub fn begin(
    dir: &MemberDir,
    roster: &Roster,
    (purpose, needed): (Purpose, u8),
    me: &MemberName,
) -> Result<Begun, CommitteeError> {
    let _lock = dir.lock()?;
    if dir.has_share() {
        return Err(CommitteeError::HasKey);
    }
    let mut seats = roster.seats().iter();
    if !seats.any(|seat| seat.name == *me && seat.card == *dir.card()) {
        let reason = format!("{me} is not listed with this identity: correct the file first");
        return Err(CommitteeError::Form("members", reason));
    }
    let task = Task::Generate { purpose, needed };
    start(dir, roster, task, &roster.ceremony(purpose, needed)?)
}

/// Draws the secret of a ceremony, and keeps what its next steps need. Hold the directory's lock.
pub(super) fn start(
    dir: &MemberDir,
    roster: &Roster,
    task: Task,
    ceremony: &Ceremony,
) -> Result<Begun, CommitteeError> {
    if dir.root().join(STATE).exists() {
        return Err(CommitteeError::UnderWay);
    }
    let secret = CeremonySecret::random(&mut OsRng);
    let state = State {
        roster: roster.to_toml(),
        task,
        secret: Secret(*secret.expose()),
        round1: None,
    };
    let participant = participant(dir, roster, ceremony, &secret)?;
    dir.write(STATE, &state)?;
    Ok(Begun {
        ceremony: ceremony.id(),
        round1: participant.round1(),
    })
}

/// Step 2: answers the messages of all members with one message for each other member. May be repeated with the same
/// messages; others are refused from then on.
///
/// # Errors
/// [`CommitteeError`], naming the member at fault.
pub fn round2(
    dir: &MemberDir,
    messages: &[Round1],
) -> Result<Vec<(MemberName, Round2)>, CommitteeError> {
    let _lock = dir.lock()?;
    let mut state = load(dir)?;
    let roster = Roster::from_toml(&state.roster)?;
    let ceremony = state.ceremony(dir, &roster)?;
    let secret = CeremonySecret::new(state.secret.0);
    let participant = participant(dir, &roster, &ceremony, &secret)?;
    let mut all: Vec<Round1> = messages.to_vec();
    // The own message is known; one that was given is compared with it.
    if !all
        .iter()
        .any(|message| message.sender() == participant.member())
    {
        all.push(participant.round1());
    }
    all.sort_by_key(Round1::sender);
    let encoded: Vec<_> = all.iter().map(Round1::to_bytes).collect();
    if state
        .round1
        .as_ref()
        .is_some_and(|answered| *answered != encoded)
    {
        return Err(CommitteeError::OtherMessages);
    }
    let answers = participant.round2(&all);
    let answers = answers.map_err(|error| ended(dir, &roster, &error))?;
    state.round1 = Some(encoded);
    dir.write(STATE, &state)?;
    let name = |answer: Round2| {
        let place = usize::from(answer.recipient().number()) - 1;
        let seat = roster.seats().get(place).ok_or(CommitteeError::Stranger)?;
        Ok((seat.name.clone(), answer))
    };
    answers.into_iter().map(name).collect()
}

/// Step 3: makes the member's share of the messages to it, keeps share and group, and deletes the ceremony's secrets. The
/// shares of a refresh are kept beside those in use.
///
/// # Errors
/// [`CommitteeError`], naming the member at fault.
pub fn finish(dir: &MemberDir, messages: &[Round2]) -> Result<Finished, CommitteeError> {
    let _lock = dir.lock()?;
    let state = load(dir)?;
    let roster = Roster::from_toml(&state.roster)?;
    let ceremony = state.ceremony(dir, &roster)?;
    let secret = CeremonySecret::new(state.secret.0);
    let participant = participant(dir, &roster, &ceremony, &secret)?;
    let answered = state.round1.as_ref().ok_or(CommitteeError::TooEarly)?;
    let round1: Vec<_> = answered
        .iter()
        .map(|bytes| Round1::from_bytes(bytes))
        .collect::<Result<_, _>>()?;
    let share = match state.task {
        Task::Generate { .. } => participant.finish(&round1, messages),
        Task::Refresh => participant.finish_refresh(&dir.share()?, &round1, messages),
    };
    let share = share.map_err(|error| ended(dir, &roster, &error))?;
    let group = Group::new(roster, share.group().clone(), ceremony.id(), &round1)?;
    let finished = match state.task {
        Task::Generate { .. } => {
            dir.keep_key(&share, &group)?;
            Finished::Made(group)
        }
        Task::Refresh => {
            dir.keep_waiting(&share, &group)?;
            Finished::Refreshed(group)
        }
    };
    dir.remove(STATE)?;
    Ok(finished)
}

/// Ends a ceremony that will not be finished: its secrets are deleted, and refreshed shares that nobody adopted.
///
/// # Errors
/// [`CommitteeError::NotUnderWay`].
pub fn abandon(dir: &MemberDir) -> Result<(), CommitteeError> {
    let _lock = dir.lock()?;
    let left = [STATE, WAITING].map(|name| (name, dir.root().join(name).exists()));
    if left.iter().all(|(_, exists)| !exists) {
        return Err(CommitteeError::NotUnderWay);
    }
    for (name, _) in left.into_iter().filter(|(_, exists)| *exists) {
        dir.remove(name)?;
    }
    Ok(())
}

impl State {
    fn ceremony(&self, dir: &MemberDir, roster: &Roster) -> Result<Ceremony, CommitteeError> {
        match self.task {
            Task::Generate { purpose, needed } => roster.ceremony(purpose, needed),
            Task::Refresh => roster.refresh(&dir.group()?),
        }
    }
}

fn load(dir: &MemberDir) -> Result<State, CommitteeError> {
    dir.read(STATE)?.ok_or(CommitteeError::NotUnderWay)
}

fn participant<'a>(
    dir: &'a MemberDir,
    roster: &Roster,
    ceremony: &'a Ceremony,
    secret: &CeremonySecret,
) -> Result<Participant<'a>, CommitteeError> {
    Participant::new(ceremony, dir.identity(), secret)
        .map_err(|error| CommitteeError::Ceremony(roster.named(&error)))
}

/// What a member signed wrongly ends the ceremony for good; what is missing or was changed on the way can be mended.
fn ended(dir: &MemberDir, roster: &Roster, error: &DkgError) -> CommitteeError {
    let text = roster.named(error);
    match error {
        DkgError::Degree(_)
        | DkgError::Proof(_)
        | DkgError::Disagreement(_)
        | DkgError::Sealed(_)
        | DkgError::Share(_)
        | DkgError::Result(_)
        | DkgError::Protocol => match dir.remove(STATE) {
            Ok(()) => CommitteeError::Dead(text),
            Err(error) => error.into(),
        },
        _ => CommitteeError::Ceremony(text),
    }
}

#[cfg(test)]
mod tests;
