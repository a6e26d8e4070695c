//! Where a development chain keeps its role keys: in plain text, labelled INSECURE, under `dev/` of its data directory.

use std::path::{Path, PathBuf};

use obolus_protocol::audit::AuditorSecret;
use obolus_wallet::roles::{self, Protection, RoleKeyError, RoleSigner};

use super::{Authorities, DevError, Role};

/// Names of the role files of a development chain.
const ROLES: [&str; 4] = ["operator", "registrar", "issuer", "attestor"];
const AUDITOR: &str = "auditor";
/// Holders of each role.
const HOLDERS: usize = 3;

/// The key files of a role's holders.
fn role_files(directory: &Path, role: &str) -> Vec<PathBuf> {
    (1..=HOLDERS)
        .map(|holder| directory.join(format!("{role}-{holder}.key")))
        .collect()
}

/// The auditor's key file.
fn auditor_file(directory: &Path) -> PathBuf {
    directory.join(format!("{AUDITOR}.key"))
}

/// Writes all keys.
pub(super) fn write(authorities: &Authorities, directory: &Path) -> Result<(), DevError> {
    let roles = [
        &authorities.operator,
        &authorities.registrar,
        &authorities.issuer,
        &authorities.attestor,
    ];
    for (name, role) in ROLES.iter().zip(roles) {
        for (file, key) in role_files(directory, name).iter().zip(role.keys()) {
            RoleSigner::new(key.clone()).create(file, &Protection::InsecurePlaintext)?;
        }
    }
    let auditor = authorities.auditor()?;
    let file = auditor_file(directory);
    roles::create_auditor(auditor, &file, &Protection::InsecurePlaintext)?;
    Ok(())
}

/// Reads all keys.
pub fn read(directory: &Path) -> Result<Authorities, DevError> {
    let mut roles = Vec::new();
    for name in ROLES {
        let files = role_files(directory, name);
        let keys = files.iter().map(|file| {
            RoleSigner::open(file, || Err(RoleKeyError::PassphraseNeeded))
                .map(|signer| signer.key().clone())
        });
        roles.push(Role::from_keys(keys.collect::<Result<_, _>>()?));
    }
    let auditors = vec![read_auditor(directory)?];
    let [operator, registrar, issuer, attestor] =
        <[Role; 4]>::try_from(roles).map_err(|_| DevError::Damaged(directory.to_path_buf()))?;
    Ok(Authorities {
        operator,
        registrar,
        issuer,
        attestor,
        auditors,
    })
}

/// Reads the auditor's key.
fn read_auditor(directory: &Path) -> Result<AuditorSecret, DevError> {
    let file = auditor_file(directory);
    Ok(roles::open_auditor(&file, || {
        Err(RoleKeyError::PassphraseNeeded)
    })?)
}
