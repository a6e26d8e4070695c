//! Safe guest wrappers, typed storage and a native mock of the host.
