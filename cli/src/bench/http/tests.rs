use super::*;

#[test]
fn answers_are_read_one_after_the_other() {
    let mut text: &[u8] =
        b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 429 Too Many\r\n\
        retry-after: 3\r\ncontent-length: 0\r\n\r\n";
    let first = read(&mut text).unwrap();
    assert_eq!(
        (first.status, first.body.as_slice()),
        (202, b"ok".as_slice())
    );
    let second = read(&mut text).unwrap();
    assert_eq!((second.status, second.retry_after), (429, Some(3)));
    assert!(read(&mut text).is_err());
}

#[test]
fn nonsense_is_an_error() {
    for text in [
        "",
        "HTTP/1.1\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
    ] {
        assert!(read(&mut text.as_bytes()).is_err(), "{text:?}");
    }
}

#[test]
fn only_plain_urls_are_loaded() {
    for url in ["https://127.0.0.1:1", "127.0.0.1:1", "http://host/path"] {
        assert!(
            matches!(Target::new(url, None), Err(BenchError::Url)),
            "{url}"
        );
    }
}
