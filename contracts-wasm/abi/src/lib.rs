//! What contracts and the runtime share: ids, public-input layouts, messages, the host-call table.
