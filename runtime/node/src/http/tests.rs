mod access;
mod answers;
mod bounds;
mod document;
mod hostile;
mod running;
mod stream;
mod tls;
