//! `dregg service serve round-robin`: what it hands on, and to whom.

use super::Place;
use super::running::Running;

const ROUTES: &str = r"
route /paid {
    allow read, invoke: open;
    allow mount: cells { @one, @two };
    service @left priority 0 as coordinator;
    service @right priority 1 as coordinator;
}
";

/// A mesh with two coordinators before two services that take a budget, and do nothing but transfer.
fn mesh() -> (Place, Vec<Running>) {
    let place = Place::new();
    let cells: String = ["acme", "left", "right", "one", "two"].map(|name| place.keys(name)).concat();
    place.write("policy.dregg", format!("policy t version 1;\n{cells}{ROUTES}"));
    place.run("init policy.dregg --key acme.json --home home").exits(0);
    let descriptor = |effects: &str, price: &str| {
        format!(r#"{{ "name": "paid", "description": "d", "effects": [{effects}], "pricing": {price} }}"#)
    };
    let free = r#"{ "per_call": 0, "budget_required": false }"#;
    place.write("coordinator.json", descriptor(r#""Invoke", "Transfer""#, free));
    let paid = r#"{ "per_call": 5, "budget_required": true }"#;
    place.write("service.json", descriptor(r#""Transfer""#, paid));
    let mut running = vec![Running::start(&place, "exec dregg node run --home home", 3)];
    for (name, kind) in
        [("left", "round-robin --budget 5"), ("right", "round-robin"), ("one", "echo"), ("two", "echo")]
    {
        let descriptor = if kind == "echo" { "service" } else { "coordinator" };
        let mount = format!("namespace mount --path /paid --descriptor {descriptor}.json --home home");
        place.run(&format!("{mount} --key {name}.json")).exits(0);
        let serve = format!("exec dregg service serve {kind} --home home --key {name}.json");
        running.push(Running::start(&place, &serve, 1));
    }
    (place, running)
}

#[test]
fn calls_are_handed_on_as_they_are_and_never_in_a_circle() {
    let (place, mut running) = mesh();
    let call = |effect: &str| place.run(&format!("invoke /paid name --home home --effect {effect}"));
    let answered: Vec<String> = (0..4).map(|_| call("Transfer").exits(0).data().to_owned()).collect();
    assert_eq!((&answered[0], &answered[1]), (&answered[2], &answered[3]));
    let mut two = [&*answered[0], &*answered[1]];
    two.sort_unstable();
    let mut services = ["one", "two"].map(|name| place.json(&format!("{name}.json"))["cell"].clone());
    services.sort_by_key(|cell| cell.to_string());
    assert_eq!(two.map(str::trim), services.each_ref().map(|cell| cell.as_str().unwrap()));
    // What the services do not do, they do not do for a coordinator.
    let other = call("Invoke").exits(1);
    assert!(other.errors().contains("one of Transfer"), "{}", other.errors());
    // The second coordinator has no budget to spend.
    let left = running.remove(1);
    left.terminate();
    assert_eq!(left.end().0, Some(0));
    let unpaid = call("Transfer").exits(1);
    assert!(unpaid.errors().contains("a budget of 5 computrons"), "{}", unpaid.errors());
    // With both services gone, the coordinators do not call each other.
    let mut running = running.into_iter();
    let (_node, _right) = (running.next(), running.next());
    for service in running {
        service.terminate();
        assert_eq!(service.end().0, Some(0));
    }
    let alone = call("Transfer").exits(1);
    assert!(alone.errors().contains("no service beside coordinators"), "{}", alone.errors());
}
