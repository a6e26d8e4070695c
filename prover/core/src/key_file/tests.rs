use super::*;

fn decode(bytes: &[u8]) -> Result<ProvingKey, KeyFileError> {
    super::decode(bytes, &|start, length| {
        let (words, _) = bytes[start..start + 8 * length].as_chunks::<8>();
        let words: Vec<u64> = words.iter().map(|word| u64::from_le_bytes(*word)).collect();
        Some(Words::copied(&words))
    })
}

use ark_ec::AffineRepr;
use obolus_kernels::Multiples;

use crate::relation::Relation;
use crate::setup::development_key;
use crate::setup::tests::{name, shared_key};

#[test]
fn round_trip() {
    let bytes = encode(shared_key()).unwrap();
    assert!(bytes.starts_with(b"INSECURE"));
    assert_eq!(&decode(&bytes).unwrap(), shared_key());
}

/// Each path has a number of its own.
#[test]
fn tables_of_every_path_keep_their_shape() {
    let bases = [ark_bn254::G1Affine::generator(); 3];
    for path in Path::available() {
        let table = Table::<ark_bn254::g1::Config>::new(&bases, Multiples::NONE, path, &|_| ());
        let mut file = Vec::new();
        put_shape(&mut file, &table).unwrap();
        let shape = Reader { file: &file, at: 0 }.shape().unwrap();
        assert_eq!(shape, table.shape(), "{path}");
        assert_eq!(shape.path, path);
    }
}

/// Variable 3 is in no constraint, so its base is the identity.
#[test]
fn an_unused_variable_survives() {
    let one = ark_bn254::Fr::from(1);
    let rows = vec![vec![(one, 2)]];
    let relation = Relation::new([9; 32], 1, 4, &rows, &rows, &rows).unwrap();
    let key = development_key(&name(), &relation, &()).unwrap();
    assert!((0..key.c.len()).any(|i| key.c.base(i).is_zero()));
    assert_eq!(decode(&encode(&key).unwrap()).unwrap(), key);
}

#[test]
fn any_damage_is_noticed() {
    let bytes = encode(shared_key()).unwrap();
    for length in (0..bytes.len()).step_by(1997) {
        assert!(decode(&bytes[..length]).is_err(), "{length}");
    }
    for position in (0..bytes.len()).step_by(997) {
        let mut changed = bytes.clone();
        changed[position] ^= 0x10;
        let expected = if position < LABEL.len() {
            KeyFileError::Label
        } else {
            KeyFileError::Damaged
        };
        assert_eq!(decode(&changed), Err(expected), "{position}");
    }
    let trailing = [bytes.as_slice(), &[0]].concat();
    assert_eq!(decode(&trailing), Err(KeyFileError::Damaged));
}

/// Files with a fitting hash around something else.
#[test]
fn a_fitting_hash_does_not_excuse_nonsense() {
    let bytes = encode(shared_key()).unwrap();
    let rehashed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut body = bytes[..bytes.len() - HASH].to_vec();
        change(&mut body);
        let hash = blake3::hash(&body);
        body.extend_from_slice(hash.as_bytes());
        decode(&body)
    };
    assert!(rehashed(&|_| ()).is_ok());
    let malformed = Err(KeyFileError::Malformed);
    assert_eq!(rehashed(&|body| body.push(0)), malformed);
    assert_eq!(rehashed(&|body| body.truncate(body.len() - 1)), malformed);
    // A count far beyond the file, right after the verifying key.
    let verifying_key = shared_key().verifying_key().encode().unwrap().len();
    let count = LABEL.len() + 32 + 4 + verifying_key;
    let huge = rehashed(&|body| body[count..count + 4].fill(0xff));
    assert_eq!(huge, malformed);
    // A verifying key that claims to come from a ceremony.
    let origin = LABEL.len() + 32 + 4 + 1;
    assert_eq!(rehashed(&|body| body[origin] = 1), malformed);
    // δ overwritten by γ.
    let points = LABEL.len() + 32 + 4 + verifying_key - 21 * 32 - 128;
    let degenerate = rehashed(&|body| body.copy_within(points..points + 64, points + 64));
    assert_eq!(degenerate, Err(KeyFileError::Key(KeyError::DeltaIsGamma)));
}
