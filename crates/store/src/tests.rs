mod crash;
mod forged;
mod keys;
mod kit;
mod laws;
mod round;
mod tampered;
