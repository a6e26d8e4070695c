mod access;
mod answers;
mod bounds;
mod document;
mod hostile;
pub(crate) mod running;
mod stream;
mod tls;
