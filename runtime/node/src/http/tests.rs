mod access;
mod answers;
mod bounds;
mod contracts;
mod document;
mod hostile;
pub(crate) mod running;
mod stream;
mod tls;
