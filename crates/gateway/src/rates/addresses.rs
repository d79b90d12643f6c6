//! What one address may do before anybody knows who is there.

use super::RateLimits;
use super::bucket::{Bucket, Rate};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Addresses that are remembered. Beyond, those that have nothing to be remembered for are forgotten, and if all have, the rest share
/// one.
const MOST: usize = 65_536;

/// One address, or one IPv6 network of 64 bits, which is as easily had.
#[derive(Debug)]
pub(crate) struct Address {
    requests: Bucket,
    failures: Bucket,
    connections: AtomicU32,
    most_connections: u32,
}

impl Address {
    fn new(limits: &RateLimits) -> Address {
        Address {
            requests: Bucket::new(limits.requests),
            failures: Bucket::new(limits.failures),
            connections: AtomicU32::new(0),
            most_connections: limits.connections_per_address,
        }
    }

    /// Of the machine itself: a proxy stands there, which has limits of its own.
    fn unbounded() -> Address {
        let all = Rate { per_second: 1_000_000_000, burst: u32::MAX };
        Address {
            requests: Bucket::new(all),
            failures: Bucket::new(all),
            connections: AtomicU32::new(0),
            most_connections: u32::MAX,
        }
    }

    /// One request over HTTP.
    ///
    /// # Errors
    /// The nanoseconds to wait.
    pub fn request(&self, now: u64) -> Result<(), u64> {
        self.requests.take(1, now)
    }

    /// Whether a login may be tried after those that failed.
    ///
    /// # Errors
    /// The nanoseconds to wait.
    pub fn may_log_in(&self, now: u64) -> Result<(), u64> {
        self.failures.look(now)
    }

    /// A login has failed.
    pub fn failed(&self, now: u64) {
        // When there is nothing left to take, nothing is let through in any case.
        let _ = self.failures.take(1, now);
    }

    fn is_idle(&self, now: u64) -> bool {
        self.connections.load(Ordering::Relaxed) == 0 && self.requests.is_full(now) && self.failures.is_full(now)
    }
}

/// A connection's place among those of its address; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct AddressPlace(pub Arc<Address>);

impl Drop for AddressPlace {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Every address that has to be remembered.
#[derive(Debug)]
pub(crate) struct Addresses {
    limits: RateLimits,
    known: Mutex<HashMap<IpAddr, Arc<Address>>>,
    local: Arc<Address>,
    rest: Arc<Address>,
}

impl Addresses {
    pub fn new(limits: RateLimits) -> Addresses {
        let local = if limits.loopback { Address::new(&limits) } else { Address::unbounded() };
        Addresses { limits, known: Mutex::default(), local: Arc::new(local), rest: Arc::new(Address::new(&limits)) }
    }

    /// What is known of an address.
    pub fn of(&self, address: IpAddr, now: u64) -> Arc<Address> {
        let address = network(address);
        if address.is_loopback() {
            return Arc::clone(&self.local);
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(&address) {
            return Arc::clone(known);
        }
        if known.len() >= MOST {
            known.retain(|_, known| !known.is_idle(now));
        }
        if known.len() >= MOST {
            return Arc::clone(&self.rest);
        }
        Arc::clone(known.entry(address).or_insert_with(|| Arc::new(Address::new(&self.limits))))
    }

    /// A place for another connection from an address; `None` when it has as many as it may.
    pub fn place(&self, address: IpAddr, now: u64) -> Option<AddressPlace> {
        let known = self.of(address, now);
        let before = known.connections.fetch_add(1, Ordering::Relaxed);
        let most = known.most_connections;
        let place = AddressPlace(known);
        (before < most).then_some(place)
    }
}

/// The part of an address that counts: of IPv6 its network; of IPv4 in IPv6 the IPv4.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) if !v6.is_loopback() => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        canonical => canonical,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> RateLimits {
        RateLimits { connections_per_address: 2, requests: Rate { per_second: 1, burst: 2 }, ..RateLimits::default() }
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn places_are_counted_by_address_and_given_back() {
        let addresses = Addresses::new(limits());
        let stranger = address("198.51.100.7");
        let first = addresses.place(stranger, 0).unwrap();
        let second = addresses.place(stranger, 0).unwrap();
        assert!(addresses.place(stranger, 0).is_none());
        assert!(addresses.place(address("::ffff:198.51.100.7"), 0).is_none(), "the same in another form");
        assert!(addresses.place(address("198.51.100.8"), 0).is_some(), "another");
        drop(first);
        assert!(addresses.place(stranger, 0).is_some());
        drop(second);
    }

    #[test]
    fn a_network_of_ipv6_is_one_address_and_the_machine_itself_is_free() {
        let addresses = Addresses::new(limits());
        let one = addresses.of(address("2001:db8:1:2::1"), 0);
        one.request(0).unwrap();
        one.request(0).unwrap();
        assert_eq!(addresses.of(address("2001:db8:1:2:ffff::9"), 0).request(0), Err(1_000_000_000));
        assert_eq!(addresses.of(address("2001:db8:1:3::1"), 0).request(0), Ok(()));
        for _ in 0..10_000 {
            addresses.of(address("127.0.0.1"), 0).request(0).unwrap();
        }
    }

    #[test]
    fn those_with_nothing_to_remember_are_forgotten_first_and_the_rest_share_one() {
        let addresses = Addresses::new(limits());
        let number = |i: u32| IpAddr::from(i.to_be_bytes());
        for i in 0..u32::try_from(MOST).unwrap() {
            addresses.of(number(0x0b00_0000 + i), 0).request(0).unwrap();
        }
        let (late, later) = (address("203.0.113.1"), address("203.0.113.2"));
        addresses.of(late, 0).request(0).unwrap();
        addresses.of(later, 0).request(0).unwrap();
        assert!(addresses.of(late, 0).request(0).is_err(), "they share");
        let after = 10_000_000_000;
        addresses.of(late, after).request(after).unwrap();
        assert_eq!(addresses.known.lock().unwrap().len(), 1);
    }
}
