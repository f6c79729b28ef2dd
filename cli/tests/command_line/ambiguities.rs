//! `fanjian ambiguities`.

use serde_json::Value;

use crate::support::Folder;

#[test]
fn choices_are_told_for_people() {
    Folder::new().run(&["ambiguities", "头发发"]).wrote("頭髮發\n     3  发 → 發, 髮 (67 %)\n");
}

#[test]
fn choices_are_told_in_json_with_offsets_in_bytes() {
    let finished = Folder::new().run_with(&["ambiguities", "-c", "s2tw", "--json"], "头发里\n山");
    let lines: Vec<Value> = String::from_utf8(finished.output)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let [first, second] = &lines[..] else { panic!("two lines") };
    assert_eq!(first["output"], "頭髮裡");
    let place = &first["ambiguities"][0];
    assert_eq!((&place["start"], &place["end"]), (&6.into(), &9.into()));
    assert_eq!(place["candidates"], serde_json::json!(["裡", "里", "哩"]));
    assert_eq!(second["ambiguities"], serde_json::json!([]));
}

#[test]
fn context_says_how_sure_it_is() {
    let arguments = ["ambiguities", "--disambiguation", "context", "他只好发一只"];
    Folder::new().run(&arguments).wrote("他只好發一隻\n     4  发 → 發, 髮 (100 %)\n");
}
