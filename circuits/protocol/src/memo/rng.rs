//! The crate's random generators as the HPKE implementation's newer traits want them.

use core::convert::Infallible;

use hpke::rand_core::{TryCryptoRng, TryRng};
use rand::{CryptoRng, RngCore};

pub(super) struct Compat<'a, R>(pub(super) &'a mut R);

impl<R: RngCore> TryRng for Compat<'_, R> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.0.next_u32())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0.next_u64())
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill_bytes(dst);
        Ok(())
    }
}

impl<R: RngCore + CryptoRng> TryCryptoRng for Compat<'_, R> {}
