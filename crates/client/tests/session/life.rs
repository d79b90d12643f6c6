//! Connections that end, and what a session makes of it.

use crate::soon;
use crate::venue::Venue;
use std::time::Duration;
use unspent_client::{ClientError, Session, SessionConfig, SessionEnd, SessionState};
use unspent_protocol::Call;

#[tokio::test]
async fn a_lost_connection_is_made_again_and_logged_in_again() {
    let venue = Venue::open().await;
    let session = venue.start_as("uk_1");
    for _ in 0..3 {
        let line = venue.line_logged_in().await;
        soon(session.live()).await.unwrap();
        drop(line);
    }
    let mut line = venue.line_logged_in().await;
    let (pong, ()) = tokio::join!(session.call(Call::Ping), async {
        let asked = line.asked().await;
        line.answer("pong", &asked, "{}").await;
    });
    pong.unwrap();
}

#[tokio::test]
async fn closing_codes_mean_what_the_protocol_says() {
    for (code, end) in [
        (4000, None),
        (4001, Some(SessionEnd::TooManyLogins)),
        (4003, Some(SessionEnd::KeyRevoked)),
        (4008, None),
        (4009, None),
        (4012, None),
    ] {
        let venue = Venue::open().await;
        let session = venue.start();
        let line = venue.line().await;
        soon(session.live()).await.unwrap();
        line.close(code).await;
        match end {
            None => drop(venue.line().await),
            Some(end) => {
                let over = SessionState::Over(end);
                soon(session.states().wait_for(|state| *state == over)).await.unwrap();
                assert!(matches!(soon(session.call(Call::Ping)).await, Err(ClientError::Over(_))), "{code}");
                assert!(matches!(soon(session.executions()).await, Err(ClientError::Over(_))), "{code}");
            }
        }
    }
}

#[tokio::test]
async fn a_refused_login_ends_the_session_and_a_busy_venue_does_not() {
    let venue = Venue::open().await;
    let session = venue.start_as("uk_1");
    let mut line = venue.line().await;
    let asked = line.asked().await;
    line.refuse("login", &asked, 5003, "rejected").await;
    let mut line = venue.line().await;
    let asked = line.asked().await;
    line.refuse("login", &asked, 1007, "rejected").await;
    let Err(ClientError::Over(SessionEnd::LoginRefused(body))) = soon(session.live()).await else { panic!() };
    assert_eq!(body.detail.code, 1007);
}

#[tokio::test]
async fn a_venue_that_is_not_there_is_waited_for_and_a_call_is_not_for_ever() {
    let venue = Venue::open().await;
    let config = SessionConfig { patience: Duration::from_millis(80), ..venue.config() };
    drop(venue);
    let session = Session::start(config);
    assert!(matches!(soon(session.call(Call::Ping)).await, Err(ClientError::Closed)));
    let waiting = |state: &SessionState| matches!(state, SessionState::Waiting { why, .. } if why.contains("reached"));
    soon(session.states().wait_for(waiting)).await.unwrap();
    session.close();
    assert!(matches!(soon(session.live()).await, Err(ClientError::Over(SessionEnd::Closed))));
}

#[tokio::test]
async fn a_session_without_handles_closes_its_connection() {
    let venue = Venue::open().await;
    let session = venue.start();
    let line = venue.line().await;
    soon(session.live()).await.unwrap();
    drop(session);
    soon(line.closed()).await;
}
