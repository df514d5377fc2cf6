mod crash;
mod forged;
mod keys;
mod kit;
mod laws;
mod partials;
mod round;
mod tampered;
