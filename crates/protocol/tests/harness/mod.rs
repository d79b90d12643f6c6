//! What must hold of any bytes that are taken for a message. Used by the property tests and by the fuzz target `decode`.

use unspent_model::Timestamp;
use unspent_protocol::{Data, Reply, ServerMessage, parse_filter_request, parse_request};

/// An answer to what cannot be read is never longer than this.
const LONGEST_REFUSAL: usize = 2_048;

/// What a stranger sends: never a panic; what is read is the same when it is printed and read again; what is refused is refused in
/// a message of ours, and a short one.
pub fn request(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for parse in [parse_request, parse_filter_request] {
        match parse(text) {
            Ok(request) => {
                let mut printed = Vec::new();
                request.write(&mut printed);
                let printed = std::str::from_utf8(&printed).expect("JSON is text");
                match parse(printed) {
                    Ok(again) => assert_eq!(again, request, "{text}\nwas printed as\n{printed}"),
                    Err(error) => panic!("{text}\nwas printed as\n{printed}\nwhich is refused: {error:?}"),
                }
            }
            Err(error) => {
                let reply = Reply::unreadable(error, Timestamp(0));
                let mut printed = Vec::new();
                reply.write(&mut printed);
                assert!(
                    printed.len() <= LONGEST_REFUSAL,
                    "{} bytes: {:.400}",
                    printed.len(),
                    String::from_utf8_lossy(&printed)
                );
                let printed = std::str::from_utf8(&printed).expect("JSON is text");
                assert!(matches!(ServerMessage::parse(printed), Ok(ServerMessage::Reply(_))), "{printed}");
            }
        }
    }
}

/// What a server sends, as a client reads it: never a panic, and what is read is the same when it is printed and read again.
pub fn message(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut printed = Vec::new();
    match ServerMessage::parse(text) {
        Ok(ServerMessage::Data(data)) => {
            data.write(&mut printed);
            let again = ServerMessage::parse(std::str::from_utf8(&printed).expect("JSON is text"));
            assert!(same(&again, &data), "{text}\nwas printed as\n{}", String::from_utf8_lossy(&printed));
        }
        Ok(ServerMessage::Reply(reply)) => {
            reply.write(&mut printed);
            let again = ServerMessage::parse(std::str::from_utf8(&printed).expect("JSON is text"));
            let same = matches!(&again, Ok(ServerMessage::Reply(again)) if *again == reply);
            assert!(same, "{text}\nwas printed as\n{}\nand read as\n{again:?}", String::from_utf8_lossy(&printed));
        }
        Ok(ServerMessage::Unknown) | Err(_) => {}
    }
}

fn same(again: &Result<ServerMessage, unspent_protocol::MessageError>, data: &Data) -> bool {
    matches!(again, Ok(ServerMessage::Data(again)) if again == data)
}
