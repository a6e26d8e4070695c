use axum::body::{Body, to_bytes};
use axum::http::Request as Asked;
use obolus_http::server::HttpLimits;
use tower::ServiceExt;

use super::*;
use crate::ledger::fixture::{TestChain, lifecycle};
use crate::names::Names;

struct Served {
    app: Router,
    folder: String,
    code: String,
    _directory: tempfile::TempDir,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

const KEY: [u8; 32] = [5; 32];

fn served() -> Served {
    let (directory, chain) = (tempfile::tempdir().unwrap(), lifecycle());
    let mut index = Index::open(directory.path(), chain.token.clone(), &KEY).unwrap();
    index.sync(&chain, &chain.secrets, 99, &mut |_| ()).unwrap();
    let mut names = Names::default();
    names.set(TestChain::slot(0), "<i>North</i> & Co").unwrap();
    index.set_names(&names).unwrap();
    let rules = directory.path().join("rules.toml");
    std::fs::write(
        &rules,
        "[[large]]\nname = \"<b>big</b>\"\namount = \"100.00\"\n",
    )
    .unwrap();
    let source = Source {
        directory: directory.path().into(),
        token: chain.token.clone(),
        key: Zeroizing::new(KEY),
        rules: Some(rules),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let listen = "127.0.0.1:0".parse().unwrap();
    let pages = runtime.block_on(Pages::bind(source, listen)).unwrap();
    let entrance = pages.entrance();
    let code = entrance.split_once("code=").unwrap().1.to_owned();
    let gate = Gate::new(clients(listen.ip()).unwrap(), HttpLimits::default());
    Served {
        app: router(pages.state.clone(), gate),
        folder: pages.state.folder.to_string(),
        code,
        _directory: directory,
    }
}

impl Served {
    /// Asks for a page of the folder.
    fn ask(&self, page: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask_at(&format!("{}{page}", self.folder), headers)
    }

    fn ask_at(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Asked::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let answer = self.app.clone().oneshot(request).await.unwrap();
            let (status, headers) = (answer.status(), answer.headers().clone());
            let body = to_bytes(answer.into_body(), 1 << 22).await.unwrap();
            Answer {
                status,
                headers,
                body: String::from_utf8(body.to_vec()).unwrap(),
            }
        })
    }

    fn cookie(&self) -> String {
        let entered = self.ask(&format!("enter?code={}", self.code), &[]);
        assert_eq!(entered.status, StatusCode::SEE_OTHER);
        let cookie = entered.headers[header::SET_COOKIE]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
        // A browser sends it to this folder alone, whatever the port.
        let path = cookie
            .split("; ")
            .find_map(|part| part.strip_prefix("Path="));
        assert_eq!(path, Some(self.folder.as_str()));
        assert_eq!(entered.headers[header::LOCATION], self.folder.as_str());
        cookie.split(';').next().unwrap().to_owned()
    }
}

const PAGES: [&str; 6] = [
    "",
    "movements",
    "participant?slot=0",
    "flows",
    "alerts",
    "movements?page=3",
];

#[test]
fn nobody_is_let_in_without_the_code_and_it_works_once() {
    let served = served();
    for path in PAGES {
        let refused = served.ask(path, &[("cookie", "obolus_audit=00; other=1")]);
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(!refused.body.contains("North"));
    }
    assert_eq!(
        served.ask("enter?code=00", &[]).status,
        StatusCode::FORBIDDEN
    );
    let cookie = served.cookie();
    let again = served.ask(&format!("enter?code={}", served.code), &[]);
    assert_eq!(again.status, StatusCode::FORBIDDEN);
    let both = format!("a=b; {cookie}");
    for path in PAGES {
        let page = served.ask(path, &[("cookie", &both)]);
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
    }
    // The code is not the cookie.
    let code = format!("{COOKIE}={}", served.code);
    assert_eq!(
        served.ask("", &[("cookie", &code)]).status,
        StatusCode::UNAUTHORIZED
    );
}

#[test]
fn pages_escape_what_they_show_and_allow_no_scripts() {
    let served = served();
    let cookie = served.cookie();
    for path in PAGES {
        let page = served.ask(path, &[("cookie", &cookie)]);
        let policy = page.headers[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
        assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
        assert_eq!(page.headers[header::X_FRAME_OPTIONS], "DENY");
        for raw in ["<i>North", "<b>big", "<script"] {
            assert!(!page.body.contains(raw), "{raw} on {path}");
        }
    }
    let injected = served.ask(
        "movements?uetr=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        &[("cookie", &cookie)],
    );
    assert_eq!(injected.status, StatusCode::OK);
    assert!(!injected.body.contains("<script"));
    assert!(injected.body.contains("0 movements"));
}

#[test]
fn foreign_hosts_are_refused_even_with_the_cookie() {
    let served = served();
    let cookie = served.cookie();
    for host in ["evil.example", "127.0.0.1.evil.example:80"] {
        let refused = served.ask("", &[("cookie", &cookie), ("host", host)]);
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{host}");
    }
    let own = served.ask("", &[("cookie", &cookie), ("host", "localhost:99")]);
    assert_eq!(own.status, StatusCode::OK);
    for outside in ["0.0.0.0", "192.0.2.1"] {
        assert!(clients(outside.parse().unwrap()).is_err());
    }
}

#[test]
fn filters_say_what_is_wrong_and_find_what_is_there() {
    let served = served();
    let cookie = served.cookie();
    let ask = |path: &str| served.ask(path, &[("cookie", &cookie)]);
    for (query, found) in [
        ("", "8 movements"),
        ("participant=1", "3 movements"),
        ("participant=1&counterparty=2", "2 movements"),
        ("kind=issue", "2 movements"),
        ("min=100.00&max=300.00&kind=transfer,seizure", "3 movements"),
        ("from=2&to=3", "3 movements"),
        (
            "participant=%3Ci%3ENorth%3C%2Fi%3E+%26+Co&kind=redemption",
            "0 movements",
        ),
    ] {
        let page = ask(&format!("movements?{query}"));
        assert_eq!(page.status, StatusCode::OK, "{query}");
        assert!(page.body.contains(found), "{query}: {}", page.body);
    }
    for query in [
        "participant=nobody",
        "min=1.001",
        "from=soon",
        "kind=gift",
        "page=-1",
    ] {
        let page = ask(&format!("movements?{query}"));
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{query}");
    }
    assert_eq!(ask("participant?slot=77").status, StatusCode::NOT_FOUND);
    assert_eq!(ask("movements?unknown=1").status, StatusCode::BAD_REQUEST);
    let held = ask("participant?slot=0").body;
    assert!(held.contains("id=\"balance\">801.00<"), "{held}");
}

#[test]
fn two_servers_of_one_machine_share_neither_folder_nor_session() {
    let (first, second) = (served(), served());
    assert_ne!(first.folder, second.folder);
    assert!(first.folder.len() > 64, "too long to guess");
    let cookie = first.cookie();
    for page in PAGES {
        let own = first.ask(page, &[("cookie", &cookie)]);
        assert_eq!(own.status, StatusCode::OK, "{page}");
        let other = second.ask(page, &[("cookie", &cookie)]);
        assert_eq!(other.status, StatusCode::UNAUTHORIZED, "{page}");
        // Outside of its folder there is nothing, with or without the cookie.
        for path in [format!("/{page}"), format!("{}{page}", first.folder)] {
            let elsewhere = second.ask_at(&path, &[("cookie", &cookie)]);
            assert_eq!(elsewhere.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    // Both are open at once.
    let both = format!("{cookie}; {}", second.cookie());
    assert_eq!(first.ask("", &[("cookie", &both)]).status, StatusCode::OK);
    assert_eq!(second.ask("", &[("cookie", &both)]).status, StatusCode::OK);
}

#[test]
fn pages_link_to_pages_of_their_own_folder() {
    let served = served();
    let cookie = served.cookie();
    let mut followed = 0;
    for page in PAGES {
        let body = served.ask(page, &[("cookie", &cookie)]).body;
        for link in ["href=\"", "action=\""] {
            for found in body.split(link).skip(1) {
                let target = found.split('"').next().unwrap().replace("&#38;", "&");
                if target.starts_with('#') {
                    continue;
                }
                assert!(!target.starts_with('/'), "{target} on {page}");
                let target = target.trim_start_matches("./");
                let answer = served.ask(target, &[("cookie", &cookie)]);
                assert_eq!(answer.status, StatusCode::OK, "{target} on {page}");
                followed += 1;
            }
        }
    }
    assert!(followed > 40, "{followed}");
}
