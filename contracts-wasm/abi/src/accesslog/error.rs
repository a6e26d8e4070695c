//! Why the access log refuses.

crate::contract_errors! {
    /// Why the access log refused.
    AccessError {
        /// Initialised twice, or called before `init`.
        State = 500, "access_log_state", "the access log is not in a state for this call: instantiate it once, then call it";
        /// Malformed members or requesters.
        BadMembers = 501, "access_bad_members", "the members are malformed: 1 to 16 keys in ascending order, a threshold among them, at most 16 requesters in ascending order";
        /// Malformed list of contracts.
        BadContracts = 502, "access_bad_contracts", "the contracts are malformed: name 1 to 16 tokens and registries in ascending order";
        /// Called by a contract.
        UserOnly = 503, "access_user_only", "this entry is for users: submit it as a transaction of its own";
        /// Who asks may not, or did not sign.
        NotRequester = 504, "not_requester", "the request is not signed by somebody who may ask: sign it with the key that it names";
        /// Malformed case number.
        BadCase = 505, "access_case", "the case number is not 1 to 64 characters of printable ASCII";
        /// Malformed purpose.
        BadPurpose = 506, "access_purpose", "the purpose is not 1 to 256 bytes of text without control characters and invisible marks";
        /// No item, too many, or one twice.
        BadItems = 507, "access_items", "a request names 1 to 64 items, each once: split it, or ask for something";
        /// The log is not for this contract.
        OtherContract = 508, "access_contract", "this log is not for that token or registry: ask in its own log";
        /// No request of this number.
        NoSuchRequest = 509, "access_no_such_request", "the log has no request of this number";
        /// The members changed since the request.
        MembersChanged = 510, "access_members_changed", "the members changed since this request: ask the new ones anew";
        /// No such member, or it did not sign.
        NotMember = 511, "not_auditor_member", "the answer is not signed by the member that it names";
        /// The member answered this request before.
        Answered = 512, "access_answered", "this member has answered this request already";
        /// Too few members approve of the new ones.
        NotApproved = 513, "members_not_approved", "too few members signed: collect the threshold of the present ones over this transaction's digest";
        /// No entry of this number.
        NoSuchEntry = 514, "access_no_such_entry", "the log has no entry of this number";
        /// The answer is to something else than was asked under this number.
        OtherRequest = 515, "access_other_request", "the answer is to another request than the log has under this number: compare what was shown to the member with the log";
    }
}
