//! The scripts of `infra/` that call SAM, with a stand-in for it that prints what it is called with.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

/// A folder with a program `sam` that prints its arguments.
static STAND_IN: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stand-in");
    fs::create_dir_all(&folder).unwrap();
    let program = folder.join("sam");
    fs::write(&program, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    folder
});

fn deploy(arguments: &[&str]) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/deploy");
    let path = format!("{}:{}", STAND_IN.display(), env::var("PATH").unwrap());
    Command::new(script)
        .args(arguments)
        .env("PATH", path)
        .output()
        .unwrap()
}

#[test]
fn a_deployment_has_the_parameters_of_its_profile_and_a_name_of_its_own() {
    let ended = deploy(&["prod", "Rollout=all-at-once", "MailFrom=sign-up@example.org"]);

    let output = String::from_utf8(ended.stdout).unwrap();
    assert!(ended.status.success(), "{output}");
    let arguments: Vec<_> = output.lines().skip(1).collect();
    let (release, others) = arguments.split_last().unwrap();
    assert_eq!(
        others,
        [
            "deploy",
            "--config-env",
            "prod",
            "--parameter-overrides",
            "TableDeletionProtection=true",
            "LogRetentionDays=90",
            "Rollout=all-at-once",
            "MailFrom=sign-up@example.org",
        ]
    );
    let name = release.strip_prefix("Release=").unwrap();
    assert!(
        name.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()),
        "{name}"
    );
    // The seconds since 1970: SAM takes ten characters.
    assert!(
        name.len() > 10 && name[..10].bytes().all(|byte| byte.is_ascii_digit()),
        "{name}"
    );
}

#[test]
fn a_deployment_without_a_profile_or_with_a_parameter_without_a_value_is_refused() {
    for (arguments, problem) in [
        (vec![], "it needs a profile"),
        (vec!["stage"], "samconfig.toml has no parameters for stage"),
        (vec!["prod", "Rollout"], "Rollout is not NAME=VALUE"),
    ] {
        let ended = deploy(&arguments);

        assert_eq!(ended.status.code(), Some(1));
        let message = String::from_utf8(ended.stderr).unwrap();
        assert!(message.contains(problem), "{message}");
    }
}
