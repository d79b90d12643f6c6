//! Proofs that hold and proofs that do not, on a clock that the test sets.

use super::*;
use ed25519_dalek::Signer;
use std::cell::Cell;
use std::net::Ipv4Addr;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const START: u64 = 1_700_000_000_000_000_000;

thread_local!(static NOW: Cell<u64> = const { Cell::new(START) });

fn clock() -> Timestamp {
    Timestamp(NOW.get())
}

fn account(name: &str) -> AccountName {
    AccountName::parse(name).unwrap()
}

/// A directory with a key file, and the keys as a venue has them.
struct Place {
    _dir: tempfile::TempDir,
    file: KeyFile,
    master: MasterKey,
    keys: Keys,
}

fn place(filed: &[Key]) -> Place {
    NOW.set(START);
    let dir = tempfile::tempdir().unwrap();
    let file = KeyFile::at(&dir.path().join("keys.toml"));
    let master = MasterKey::create(&dir.path().join("master")).unwrap();
    put(&file, filed);
    let fixed =
        vec![ApiKey { secret: "uk_open_sesame".to_owned(), account: account("fixed"), scopes: vec![Scope::Read] }];
    let options = KeyOptions { fixed, file: Some(file.clone()), master: Some(master.clone()), clock };
    Place { _dir: dir, file, master, keys: Keys::open(options).unwrap() }
}

fn put(file: &KeyFile, keys: &[Key]) {
    file.change(|known| -> Result<(), KeyFileError> {
        *known = keys.to_vec();
        Ok(())
    })
    .unwrap();
}

fn ed25519(seed: u8) -> (Key, SigningKey) {
    let private = SigningKey::from_bytes(&[seed; 32]);
    let key = Key {
        id: KeyId::fresh(),
        proof: Proof::Ed25519(private.verifying_key()),
        account: account("acme"),
        scopes: vec![Scope::Read, Scope::Trade],
        addresses: Vec::new(),
        label: String::new(),
        created: Timestamp(START),
        expires: None,
        revoked: None,
        replaces: None,
    };
    (key, private)
}

fn sign(private: &SigningKey, message: &str) -> String {
    STANDARD.encode(private.sign(message.as_bytes()).to_bytes())
}

fn login(keys: &Keys, key: &Key, private: &SigningKey, challenge: &str) -> Result<Grant, Denied> {
    let id = key.id.as_str();
    keys.login_signed(id, &sign(private, &login_message(id, challenge)), challenge, HERE)
}

#[test]
fn a_signature_over_the_challenge_lets_in_and_nothing_else_does() {
    let ((key, private), (other, stranger)) = (ed25519(1), ed25519(2));
    let Place { keys, .. } = place(&[key.clone(), other.clone()]);
    let grant = login(&keys, &key, &private, "c").unwrap();
    assert_eq!((grant.id(), grant.account().as_str()), (&key.id, "acme"));
    assert!(grant.may(Scope::Trade) && !grant.may(Scope::Transfer) && !grant.may(Scope::Admin));
    let id = key.id.as_str();
    let good = sign(&private, &login_message(id, "c"));
    let denied = Denied::Credentials;
    assert_eq!(keys.login_signed(id, &good, "d", HERE).unwrap_err(), denied, "of another connection");
    assert_eq!(keys.login_signed(other.id.as_str(), &good, "c", HERE).unwrap_err(), denied, "of another key");
    assert_eq!(login(&keys, &key, &stranger, "c").unwrap_err(), denied, "forged");
    let unknown = ed25519(1).0;
    assert_eq!(login(&keys, &unknown, &private, "c").unwrap_err(), denied, "unknown");
    let zeros = STANDARD.encode([0; 64]);
    for signature in ["", "AAAA", "!", &zeros, &good[4..], &good.replacen(&good[..1], "?", 1)] {
        assert_eq!(keys.login_signed(id, signature, "c", HERE).unwrap_err(), denied, "{signature}");
        assert_eq!(keys.login_signed("uk_nobody", signature, "c", HERE).unwrap_err(), denied, "{signature}");
    }
    assert_eq!(keys.login_signed(id, &good.replace('=', ""), "c", HERE).unwrap_err(), denied, "no padding");
    assert_eq!(keys.login_static(id, HERE).unwrap_err(), denied, "a public name is no secret");
}

#[test]
fn a_static_key_is_its_secret_and_for_loopback() {
    let Place { keys, .. } = place(&[]);
    let grant = keys.login_static("uk_open_sesame", HERE).unwrap();
    assert_eq!(grant.account().as_str(), "fixed");
    assert!(keys.still_hold(&grant));
    let far: IpAddr = "192.0.2.7".parse().unwrap();
    assert_eq!(keys.login_static("uk_open_sesame", far).unwrap_err(), Denied::Credentials);
    assert!(keys.login_static("uk_open_sesame", "::ffff:127.0.0.1".parse().unwrap()).is_ok());
    for wrong in ["", "uk_open_sesam", "uk_open_sesame ", grant.id().as_str()] {
        assert_eq!(keys.login_static(wrong, HERE).unwrap_err(), Denied::Credentials);
    }
    assert_eq!(keys.login_signed(grant.id().as_str(), "", "c", HERE).unwrap_err(), Denied::Credentials);
    assert!(!format!("{keys:?}").contains("open_sesame"));
}

#[test]
fn a_key_ends_when_it_is_revoked_expires_goes_or_changes() {
    let (key, private) = ed25519(1);
    let (mut other, other_private) = ed25519(2);
    other.expires = Some(Timestamp(START + 10_000_000_000));
    let Place { keys, file, _dir, .. } = place(&[key.clone(), other.clone()]);
    let mut changes = keys.changes();
    let (grant, later) =
        (login(&keys, &key, &private, "c").unwrap(), login(&keys, &other, &other_private, "c").unwrap());
    let token = keys.tokens().issue(&key.id);
    keys.look();
    assert!(!changes.has_changed().unwrap() && keys.still_hold(&grant));

    let revoked = Key { revoked: Some(Timestamp(START)), ..key.clone() };
    put(&file, &[revoked, other.clone()]);
    keys.look();
    assert!(changes.has_changed().unwrap());
    changes.mark_unchanged();
    assert!(!keys.still_hold(&grant) && keys.still_hold(&later));
    assert_eq!(login(&keys, &key, &private, "c").unwrap_err(), Denied::Credentials);
    assert_eq!(keys.login_token(&token, HERE).unwrap_err(), Denied::Credentials);

    NOW.set(START + 9_999_999_999);
    keys.look();
    assert!(!changes.has_changed().unwrap() && keys.still_hold(&later));
    NOW.set(START + 10_000_000_000);
    keys.look();
    assert!(changes.has_changed().unwrap() && !keys.still_hold(&later));
    assert_eq!(login(&keys, &other, &other_private, "c").unwrap_err(), Denied::Credentials);

    // In force again, with fewer rights than were granted.
    put(&file, &[Key { scopes: vec![Scope::Read], ..key.clone() }]);
    keys.look();
    assert!(!keys.still_hold(&grant));
    put(&file, std::slice::from_ref(&key));
    keys.look();
    assert!(keys.still_hold(&grant));
    // Rotation gives an end to it: until then nothing changes.
    put(&file, &[Key { expires: Some(Timestamp(START + 20_000_000_000)), ..key.clone() }]);
    keys.look();
    assert!(keys.still_hold(&grant));
    // What cannot be read changes nothing; what is gone is gone.
    std::fs::write(file.path(), "nonsense").unwrap();
    keys.look();
    assert!(keys.still_hold(&grant));
    std::fs::remove_file(file.path()).unwrap();
    keys.look();
    assert!(!keys.still_hold(&grant));
}

#[test]
fn a_key_is_for_its_addresses() {
    let (mut key, private) = ed25519(1);
    key.addresses = vec![network("10.1.0.0/16").unwrap(), network("2001:db8::/32").unwrap()];
    let Place { keys, .. } = place(std::slice::from_ref(&key));
    let signature = sign(&private, &login_message(key.id.as_str(), "c"));
    let token = keys.tokens().issue(&key.id);
    for (address, allowed) in [
        ("10.1.255.7", true),
        ("::ffff:10.1.0.1", true),
        ("2001:db8::7", true),
        ("10.2.0.1", false),
        ("127.0.0.1", false),
        ("2001:db9::7", false),
    ] {
        let address: IpAddr = address.parse().unwrap();
        assert_eq!(keys.login_signed(key.id.as_str(), &signature, "c", address).is_ok(), allowed, "{address}");
        assert_eq!(keys.login_token(&token, address).is_ok(), allowed, "{address}");
    }
}

#[test]
fn krakens_signature_is_checked_with_the_sealed_secret_and_a_rising_nonce() {
    let secret = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==";
    let signature = "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==";
    let body = b"nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25";
    let Place { file, master, keys, _dir } = place(&[]);
    let (mut key, _) = ed25519(1);
    key.proof = Proof::Hmac(master.seal(&key.id, &STANDARD.decode(secret).unwrap()));
    let (plain, _) = ed25519(2);
    put(&file, &[key.clone(), plain.clone()]);
    let verify = |keys: &Keys, id: &str, nonce: &str, signature: &str| {
        keys.verify_kraken(id, "/0/private/AddOrder", nonce, body, signature, HERE).map(|grant| grant.id().clone())
    };
    let id = key.id.as_str();
    assert_eq!(verify(&keys, id, "1616492376594", signature), Err(Denied::Credentials), "not looked yet");
    keys.look();
    assert_eq!(verify(&keys, id, "1616492376593", signature), Err(Denied::Credentials), "another nonce");
    assert_eq!(verify(&keys, plain.id.as_str(), "1616492376594", signature), Err(Denied::Credentials));
    assert_eq!(verify(&keys, "uk_nobody", "1616492376594", signature), Err(Denied::Credentials));
    assert_eq!(verify(&keys, id, "1616492376594", ""), Err(Denied::Credentials));
    assert_eq!(verify(&keys, id, "1616492376594", signature), Ok(key.id.clone()));
    assert_eq!(verify(&keys, id, "1616492376594", signature), Err(Denied::Nonce), "sent again");
    assert_eq!(keys.sealed_for_good(), []);
    // Without its master key, or with another, it opens nothing.
    for master in [None, Some(MasterKey::create(&file.path().with_extension("other")).unwrap())] {
        let options = KeyOptions { fixed: Vec::new(), file: Some(file.clone()), master, clock };
        let keys = Keys::open(options).unwrap();
        assert_eq!(keys.sealed_for_good(), std::slice::from_ref(&key.id));
        assert_eq!(verify(&keys, id, "1616492376594", signature), Err(Denied::Credentials));
    }
}

#[test]
fn a_signed_request_is_for_its_moment_and_once() {
    let (key, private) = ed25519(1);
    let Place { keys, .. } = place(std::slice::from_ref(&key));
    let id = key.id.as_str();
    let sent = |ms: u64, nonce: &str, target: &str, signed_target: &str, body: &[u8]| {
        let time = ms.to_string();
        let signature = sign(&private, &signed_message(id, &time, nonce, "POST", signed_target, b"{}"));
        keys.verify_signed(&SignedRequest {
            key: id,
            timestamp: &time,
            nonce,
            signature: &signature,
            method: "POST",
            target,
            body,
            address: HERE,
        })
        .map(|grant| grant.id().clone())
    };
    let path = "/v1/orders?x=1";
    let start = START / 1_000_000;
    NOW.set(START + 60_000_000_000);
    let now = start + 60_000;
    assert_eq!(sent(now, "a", path, path, b"{}"), Ok(key.id.clone()));
    assert_eq!(sent(now, "a", path, path, b"{}"), Err(Denied::Nonce), "sent again");
    assert_eq!(sent(now, "b", path, path, b"{}"), Ok(key.id.clone()));
    assert_eq!(sent(now, "c", path, "/v1/orders", b"{}"), Err(Denied::Credentials), "another query");
    assert_eq!(sent(now, "c", path, path, b"{ }"), Err(Denied::Credentials), "another body");
    assert_eq!(sent(now + WINDOW_MS, "c", path, path, b"{}"), Ok(key.id.clone()));
    assert_eq!(sent(now - WINDOW_MS, "c", path, path, b"{}"), Ok(key.id.clone()));
    assert_eq!(sent(now + WINDOW_MS + 1, "d", path, path, b"{}"), Err(Denied::Late));
    assert_eq!(sent(now - WINDOW_MS - 1, "d", path, path, b"{}"), Err(Denied::Late));
    for nonce in ["", "a|b", "ä", &"x".repeat(37)] {
        assert_eq!(sent(now, nonce, path, path, b"{}"), Err(Denied::Credentials), "{nonce}");
    }
    // Signed before this venue began: it may have been taken by the one before.
    NOW.set(START + 1_000_000_000);
    assert_eq!(sent(start - 1, "e", path, path, b"{}"), Err(Denied::Late));
    assert_eq!(sent(start + 1, "e", path, path, b"{}"), Ok(key.id.clone()));
}
