//! Why the system contract refused.

crate::contract_errors! {
    /// Why the system contract refused.
    SystemError {
        /// No such entry.
        NoSuchEntry = 300, "system_no_such_entry", "the system contract has no such entry: docs/contracts.md lists them";
        /// Arguments that do not decode.
        BadArguments = 301, "system_bad_arguments", "the arguments do not decode: encode the entry's message and nothing else";
        /// Too few operator signatures.
        NotOperator = 302, "system_not_operator", "too few operator signatures: collect the threshold over this transaction's digest";
        /// The module broke an upload rule.
        BadModule = 303, "bad_module", "the module is refused";
        /// The module is stored already.
        CodeExists = 304, "code_exists", "this module is uploaded already: instantiate it";
        /// No module of this id.
        NoSuchCode = 305, "no_such_code", "no module of this id is uploaded: upload it first";
        /// A contract of this id exists.
        ContractExists = 306, "contract_exists", "a contract of this code and salt exists: choose another salt";
        /// No contract of this id.
        NoSuchContract = 307, "no_such_contract", "no contract of this id exists: check the id";
        /// The code is frozen already.
        CodeFrozen = 308, "code_already_frozen", "the contract's code is frozen for good: nothing can change it";
        /// Neither operator nor listed.
        NotDeployer = 309, "not_deployer", "neither the operator's threshold nor a listed deployer signed: ask the operator to list your key";
        /// A limit of the deployer is used up.
        DeployLimit = 310, "deploy_limit", "a limit of this deployer is used up: ask the operator to raise it";
        /// A quota that is not within the deployer's limits.
        BadQuota = 311, "bad_quota", "name a storage quota within the deployer's limit; only the operator gives contracts without one";
        /// The admin policy is malformed.
        BadAdmin = 312, "bad_admin_policy", "the admin policy is malformed: 1 to 16 distinct keys in ascending order, a threshold within them, a delay of at most ten years";
        /// The deploy policy is malformed.
        BadPolicy = 313, "bad_deploy_policy", "the deploy policy is malformed: at most 64 deployers, strictly ascending by key";
        /// Too few admin signatures.
        NotAdmin = 314, "not_contract_admin", "too few signatures of the contract's admin role over this transaction's digest";
        /// A change waits already.
        ChangeWaits = 315, "change_waits", "another change of this contract waits already: let it happen or cancel it first";
        /// No such change waits.
        NoSuchChange = 316, "no_such_change", "no such change of this contract waits: check the contract and what was proposed";
        /// The delay is not over.
        TooEarly = 317, "change_too_early", "the contract's delay is not over: the proposal's event says from when on it is";
        /// The new code cannot be migrated to.
        NoMigrateEntry = 318, "no_migrate_entry", "the new code has no `migrate` entry: a contract cannot be migrated to it";
    }
}
