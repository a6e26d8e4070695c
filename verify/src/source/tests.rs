use std::io::Cursor;

use super::*;

/// Where something was found, and its bytes or the code of what is wrong.
type Read = (String, Result<Vec<u8>, &'static str>);

fn sources(paths: &[&Path], stdin: &[u8]) -> (Vec<Read>, u64) {
    let paths: Vec<PathBuf> = paths.iter().map(|path| path.to_path_buf()).collect();
    let mut sources = Sources::with_stdin(&paths, Box::new(Cursor::new(stdin.to_vec())));
    let found: Vec<_> = sources
        .by_ref()
        .map(|found| {
            let read = found.content.read().map_err(|finding| finding.code.0);
            (found.source.to_string(), read)
        })
        .collect();
    (found, sources.left_out())
}

fn texts(found: Vec<Read>) -> Vec<String> {
    let text = |read: Result<Vec<u8>, &'static str>| match read {
        Ok(bytes) => String::from_utf8(bytes).unwrap(),
        Err(code) => format!("!{code}"),
    };
    found.into_iter().map(|(_, read)| text(read)).collect()
}

#[test]
fn folders_are_walked_in_order_and_the_rest_is_counted() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    for (name, text) in [
        ("b.json", "b"),
        ("a/2.obp", "a2"),
        ("a/1.json", "a1"),
        ("a/z.jsonl", "z1\n\nz3"),
        ("c.txt", "no"),
        ("README", "no"),
    ] {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    fs::create_dir(root.join("empty")).unwrap();
    std::os::unix::fs::symlink(root, root.join("a/loop")).unwrap();
    std::os::unix::fs::symlink(root.join("b.json"), root.join("d.json")).unwrap();
    std::os::unix::fs::symlink(root.join("gone"), root.join("e.json")).unwrap();
    let (found, left_out) = sources(&[root], b"");
    let names: Vec<&str> = found
        .iter()
        .map(|(name, _)| name.strip_prefix(root.to_str().unwrap()).unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "/a/1.json",
            "/a/2.obp",
            "/a/z.jsonl:1",
            "/a/z.jsonl:3",
            "/b.json",
            "/d.json",
            "/e.json"
        ]
    );
    assert_eq!(left_out, 3);
    assert_eq!(
        texts(found),
        ["a1", "a2", "z1", "z3", "b", "b", "!unreadable"]
    );
}

#[test]
fn a_named_file_is_read_whatever_its_name_and_a_missing_one_is_reported() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("proof.txt");
    fs::write(&path, "x").unwrap();
    let missing = directory.path().join("missing");
    let (found, _) = sources(&[&path, &missing], b"");
    assert_eq!(texts(found), ["x", "!unreadable"]);
}

#[test]
fn lengths_are_limited() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("big.json");
    let file = File::create(&path).unwrap();
    // A sparse file: a gigabyte that is never read.
    file.set_len(1 << 30).unwrap();
    let (found, _) = sources(&[&path], b"");
    assert_eq!(texts(found), ["!too_long"]);

    let lines = directory.path().join("many.jsonl");
    let text = format!(
        "first\n{}\n{}\nlast",
        "x".repeat(MAX_BUNDLE),
        "y".repeat(MAX_BUNDLE + 1)
    );
    fs::write(&lines, text).unwrap();
    let (found, _) = sources(&[&lines], b"");
    let texts = texts(found);
    assert_eq!(texts[0], "first");
    assert_eq!(texts[1].len(), MAX_BUNDLE);
    // What follows is not looked for.
    assert_eq!(texts[2..], ["!too_long"]);
}

#[test]
fn standard_input_is_a_bundle_or_lines() {
    let stdin = Path::new(STDIN);
    let read = |bytes: &[u8]| {
        let (found, _) = sources(&[stdin], bytes);
        let names: Vec<_> = found.iter().map(|(name, _)| name.clone()).collect();
        (names, texts(found))
    };
    let strings = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
    assert_eq!(read(b"{\n1}"), (strings(&["-"]), strings(&["{\n1}"])));
    assert_eq!(
        read(b"obolprf\n1"),
        (strings(&["-"]), strings(&["obolprf\n1"]))
    );
    assert_eq!(
        read(b"{1}\n{2}\n"),
        (strings(&["-:1", "-:2"]), strings(&["{1}", "{2}"]))
    );
    assert_eq!(read(b"{1}"), (strings(&["-:1"]), strings(&["{1}"])));
    assert_eq!(read(b"").0.len(), 0);
    let long = vec![b'{'; MAX_BUNDLE + 1];
    assert_eq!(read(&long).1, ["!too_long"]);
    let (found, _) = sources(&[stdin, stdin], b"{1}");
    assert_eq!(texts(found), ["{1}", "!stdin_twice"]);
}
