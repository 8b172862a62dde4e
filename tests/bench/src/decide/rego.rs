//! regorus: a rule a route; facts as data, chains by Rego's own `graph.reachable`. Once interpreted, once compiled for
//! its virtual machine.

use super::Engine;
use super::world::{CAPABILITY, STAKE, World};
use regorus::Value;
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use serde_json::{Map, Value as Json, json};
use std::fmt::Write;

/// The rule that is asked for.
const RULE: &str = "data.bench.allow";

fn policy(world: &World) -> String {
    let mut text = String::from("package bench\ndefault allow := false\n");
    let _ = writeln!(
        text,
        "holds if {{ some root in graph.reachable(data.givers, [input.cell]); data.granted.{CAPABILITY}[root] }}"
    );
    let mut allow = |path: &str, when: &str| {
        let _ = writeln!(text, "allow if {{ input.path == \"{path}\"{when} }}");
    };
    allow("/public", "");
    allow("/cells", "; data.members[input.cell]");
    allow("/stake", &format!("; data.stakes[input.cell] >= {STAKE}"));
    allow("/cap", "; holds");
    (0..world.extra).for_each(|number| allow(&World::extra_path(number), "; holds"));
    text
}

fn data(world: &World) -> Result<Value, String> {
    let set = |cells: &[String]| -> Json {
        Json::Object(cells.iter().map(|cell| (cell.clone(), Json::Bool(true))).collect())
    };
    let mut givers: Map<String, Json> = Map::new();
    for who in &world.granted {
        givers.insert(who.clone(), json!([]));
    }
    for (from, to) in &world.delegated {
        givers.entry(from.clone()).or_insert(json!([]));
        if let Json::Array(list) = givers.entry(to.clone()).or_insert(json!([])) {
            list.push(json!(from));
        }
    }
    let stakes: Map<String, Json> =
        world.stakes.iter().map(|(who, amount)| (who.clone(), json!(amount))).collect();
    let granted = json!({ CAPABILITY: set(&world.granted) });
    let all = json!({"members": set(&world.members), "granted": granted, "givers": givers, "stakes": stakes});
    Value::from_json_str(&all.to_string()).map_err(|error| error.to_string())
}

fn input(cell: &str, path: &str) -> Value {
    let mut input = Value::new_object();
    if let Ok(fields) = input.as_object_mut() {
        fields.insert(Value::from("cell"), Value::from(cell));
        fields.insert(Value::from("path"), Value::from(path));
    }
    input
}

fn engine(world: &World) -> Result<regorus::Engine, String> {
    let mut engine = regorus::Engine::new();
    engine.add_policy("bench.rego".to_owned(), policy(world)).map_err(|error| error.to_string())?;
    engine.add_data(data(world)?).map_err(|error| error.to_string())?;
    Ok(engine)
}

/// Its interpreter.
pub struct Interpreted(regorus::Engine);

impl Engine for Interpreted {
    const NAME: &'static str = "regorus, interpreter";

    fn build(world: &World) -> Result<Interpreted, String> {
        engine(world).map(Interpreted)
    }

    fn decide(&mut self, cell: &str, path: &str) -> bool {
        self.0.set_input(input(cell, path));
        self.0.eval_rule(RULE.to_owned()).is_ok_and(|answer| answer == Value::Bool(true))
    }
}

/// Its virtual machine.
pub struct Compiled(RegoVM);

impl Engine for Compiled {
    const NAME: &'static str = "regorus, virtual machine";

    fn build(world: &World) -> Result<Compiled, String> {
        let mut engine = engine(world)?;
        let rule: regorus::Rc<str> = RULE.into();
        let policy = engine.compile_with_entrypoint(&rule).map_err(|error| error.to_string())?;
        let program = Compiler::compile_from_policy(&policy, &[RULE]).map_err(|error| error.to_string())?;
        let mut machine = RegoVM::new();
        machine.load_program(program);
        machine.set_data(data(world)?).map_err(|error| error.to_string())?;
        Ok(Compiled(machine))
    }

    fn decide(&mut self, cell: &str, path: &str) -> bool {
        self.0.set_input(input(cell, path));
        self.0.execute().is_ok_and(|answer| answer == Value::Bool(true))
    }
}
