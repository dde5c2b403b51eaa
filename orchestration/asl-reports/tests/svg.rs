//! SVG diagrams: well-formed, complete, and without overlaps.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use asl_document::StateMachine;
use asl_reports::{Outcome, Overlay, SVG_STYLE, StateOverlay, TakenTransition, svg, svg_of_execution};
use proptest::prelude::*;
use roxmltree::{Document, Node};
use serde_json::{Map, Value, json};

fn machine(start: &str, states: &Value) -> StateMachine {
    serde_json::from_value(json!({"QueryLanguage": "JSONata", "StartAt": start, "States": states})).unwrap()
}

/// A loop, a self-loop, a Map with a Parallel inside, and caught errors.
fn example() -> StateMachine {
    let pass = |next: &str| json!({"Type": "Pass", "Next": next});
    let last = json!({"Type": "Pass", "End": true});
    let branch = |name: &str| json!({"StartAt": name, "States": {name: last}});
    let item = json!({"StartAt": "Both", "States": {
        "Both": {"Type": "Parallel", "Branches": [branch("Left"), branch("Right")], "Next": "Last"},
        "Last": last,
    }});
    let states = json!({
        "Poll": {
            "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "Next": "Again",
            "Catch": [
                {"ErrorEquals": ["A", "B", "C", "D", "E"], "Next": "Poll"},
                {"ErrorEquals": ["States.ALL"], "Next": "Gone"},
            ],
        },
        "Again": {
            "Type": "Choice", "Default": "Done",
            "Choices": [
                {"Condition": "{% $turns < 3 and $open %}", "Next": "Rest"},
                {"Condition": "{% $some = 'very' and $long = 'condition' and $more %}", "Next": "All"},
            ],
        },
        "Rest": {"Type": "Wait", "Seconds": 5, "Next": "Poll"},
        "All": {"Type": "Map", "MaxConcurrency": 4, "ItemProcessor": item, "Next": "Over"},
        "Over": pass("Done"),
        "Done": {"Type": "Succeed"},
        "Gone": {"Type": "Fail", "Error": "Gone"},
    });
    machine("Poll", &states)
}

fn texts(document: &Document<'_>, class: &str) -> Vec<String> {
    let named = document
        .descendants()
        .filter(|node| node.attribute("class") == Some(class));
    named.filter_map(|node| node.text()).map(str::to_owned).collect()
}

/// The left, right, upper and lower edge.
type Edges = [f64; 4];

fn edges(node: Node<'_, '_>) -> Edges {
    let of = |name: &str| node.attribute(name).unwrap().parse::<f64>().unwrap();
    [of("x"), of("x") + of("width"), of("y"), of("y") + of("height")]
}

/// All states but frames, and all labels of edges.
fn boxes(document: &Document<'_>) -> Vec<Edges> {
    let groups = document.descendants().filter(|node| {
        let class = node.attribute("class").unwrap_or_default();
        class == "label" || (class.starts_with("state") && class != "state frame")
    });
    groups
        .map(|group| {
            let first = group
                .children()
                .find(|node| node.is_element() && node.tag_name().name() != "title")
                .unwrap();
            if first.tag_name().name() == "rect" {
                return edges(first);
            }
            // A Choice: its path names its corners.
            let path = first.attribute("d").unwrap().replace(['M', 'H', 'L', 'Z'], " ");
            let numbers: Vec<f64> = path
                .split_whitespace()
                .map(|number| number.parse().unwrap())
                .collect();
            [numbers[7], numbers[3], numbers[1], numbers[6]]
        })
        .collect()
}

fn overlap(one: &Edges, other: &Edges) -> bool {
    one[0] < other[1] && other[0] < one[1] && one[2] < other[3] && other[2] < one[3]
}

fn overlapping(boxes: &[Edges]) -> Vec<(Edges, Edges)> {
    let pairs = boxes
        .iter()
        .enumerate()
        .flat_map(|(index, one)| boxes[index + 1..].iter().map(move |other| (*one, *other)));
    pairs.filter(|(one, other)| overlap(one, other)).collect()
}

#[test]
fn every_state_is_named_once() {
    let svg = svg(&example());

    let mut names = texts(&Document::parse(&svg).unwrap(), "name");
    names.sort();
    let expected = [
        "Again", "All", "Both", "Done", "Gone", "Last", "Left", "Over", "Poll", "Rest", "Right",
    ];
    assert_eq!(names, expected);
}

#[test]
fn edges_have_labels() {
    let svg = svg(&example());

    let document = Document::parse(&svg).unwrap();
    let labels = document
        .descendants()
        .filter(|node| node.attribute("class") == Some("label"));
    let mut labels: Vec<String> = labels
        .map(|label| {
            let lines = label.children().filter_map(|line| line.text()).map(str::trim);
            lines
                .filter(|line| !line.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    labels.sort();
    assert_eq!(
        labels,
        [
            "$turns < 3 and $open",
            "A B C and 2 more",
            "any error",
            "otherwise",
            "rule 2"
        ]
    );
    let dotted = document
        .descendants()
        .filter(|node| node.attribute("class") == Some("line caught"));
    assert_eq!(dotted.count(), 2);
}

#[test]
fn nothing_overlaps() {
    let svg = svg(&example());

    let document = Document::parse(&svg).unwrap();
    let boxes = boxes(&document);
    assert_eq!(boxes.len(), 9 + 5);
    assert_eq!(overlapping(&boxes), []);
}

#[test]
fn inner_states_are_inside_of_their_frame() {
    let svg = svg(&example());

    let document = Document::parse(&svg).unwrap();
    let frames = document
        .descendants()
        .filter(|node| node.attribute("class") == Some("state frame"));
    let frames: Vec<Edges> = frames
        .map(|frame| {
            edges(
                frame
                    .children()
                    .find(|node| node.tag_name().name() == "rect")
                    .unwrap(),
            )
        })
        .collect();
    let within = |frame: &Edges| {
        boxes(&document)
            .iter()
            .filter(|inner| {
                frame[0] < inner[0] && inner[1] < frame[1] && frame[2] < inner[2] && inner[3] < frame[3]
            })
            .count()
    };
    // Last, Left and Right; and of these, the branches.
    assert_eq!(frames.iter().map(within).collect::<Vec<_>>(), [3, 2]);
}

#[test]
fn a_diagram_has_a_description_and_is_deterministic() {
    let mut machine = example();
    machine.comment = Some("Asks <until> it is answered & done.".to_owned());

    let svg = svg(&machine);

    let document = Document::parse(&svg).unwrap();
    let root = document.root_element();
    assert_eq!(root.attribute("role"), Some("img"));
    for id in root.attribute("aria-labelledby").unwrap().split(' ') {
        assert!(
            document
                .descendants()
                .any(|node| node.attribute("id") == Some(id))
        );
    }
    assert!(svg.contains("Asks &lt;until&gt; it is answered &amp; done. 11 states."));
    assert!(svg.contains("prefers-color-scheme: dark"));
    assert_eq!(svg, asl_reports::svg(&machine));
}

#[test]
fn missing_states_do_not_panic() {
    let nowhere = machine("Missing", &json!({"Only": {"Type": "Pass", "Next": "Missing"}}));
    let empty = machine("Missing", &json!({}));

    assert_eq!(texts(&Document::parse(&svg(&nowhere)).unwrap(), "name"), ["Only"]);
    assert!(Document::parse(&svg(&empty)).is_ok());
}

/// `Poll` has failed, and `Gone` was entered.
fn overlay() -> Overlay {
    let state = |name: &str, outcome, note: &str| {
        let note = note.to_owned();
        (name.to_owned(), StateOverlay { outcome, note })
    };
    let transition = |from: Option<&str>, to: &str, is_caught| TakenTransition {
        from: from.map(str::to_owned),
        to: Some(to.to_owned()),
        is_caught,
    };
    Overlay {
        states: [
            state("Poll", Outcome::Caught, "59 min, 999 tries"),
            state("Gone", Outcome::Failed, "a < b"),
            state("Nowhere", Outcome::Running, ""),
        ]
        .into(),
        transitions: [
            transition(None, "Poll", false),
            transition(Some("Poll"), "Gone", true),
        ]
        .into(),
    }
}

#[test]
fn an_execution_marks_its_states_and_transitions() {
    let svg = svg_of_execution(&example(), &overlay());

    let document = Document::parse(&svg).unwrap();
    let classes: Vec<_> = document
        .descendants()
        .filter_map(|node| node.attribute("class"))
        .filter(|class| class.contains("entered") || class.contains("taken"))
        .collect();
    assert_eq!(
        classes,
        [
            "line taken",
            "line caught taken",
            "state callback entered recovered",
            "state fail entered failed"
        ]
    );
    let notes = texts(&document, "note");
    assert!(notes.contains(&"59 min, 999 tries".to_owned()) && notes.contains(&"a < b".to_owned()));
    assert!(svg.contains("Poll caught, Gone failed. No other state was entered."));
    assert!(!svg.contains("<style") && SVG_STYLE.contains(".execution .recovered"));
}

#[test]
fn all_executions_of_a_machine_have_one_layout() {
    let (before, after) = (
        svg_of_execution(&example(), &Overlay::default()),
        svg_of_execution(&example(), &overlay()),
    );

    let (before, after) = (
        Document::parse(&before).unwrap(),
        Document::parse(&after).unwrap(),
    );
    assert_eq!(boxes(&before), boxes(&after));
    assert_eq!(overlapping(&boxes(&after)), []);
}

/// A graph of Choices: the successors of each state, with the lengths of the labels.
fn successors() -> impl Strategy<Value = Vec<Vec<(usize, usize)>>> {
    (1_usize..12).prop_flat_map(|size| {
        let edge = (0..size, 0_usize..36);
        prop::collection::vec(prop::collection::vec(edge, 0..4), size)
    })
}

proptest! {
    #[test]
    fn nothing_overlaps_in_any_graph(graph in successors()) {
        let name = |state: usize| format!("S{state}");
        let states: Map<String, Value> = graph
            .iter()
            .enumerate()
            .map(|(state, edges)| {
                let rules: Vec<Value> = edges
                    .iter()
                    .map(|(to, length)| json!({"Condition": format!("{{% {} %}}", "x".repeat(length + 1)), "Next": name(*to)}))
                    .collect();
                (name(state), json!({"Type": "Choice", "Choices": rules}))
            })
            .collect();

        let svg = svg(&machine("S0", &states.into()));

        let document = Document::parse(&svg).unwrap();
        prop_assert_eq!(overlapping(&boxes(&document)), []);
        prop_assert_eq!(texts(&document, "name").len(), graph.len());
    }
}
