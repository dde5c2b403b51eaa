//! Every route leads to the function that answers it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Template;
use super::functions::pascal;
use crate::contract_pages::FUNCTIONS;
use crate::world::unconnected;

/// The routes that a function says it answers.
fn answered(function: &str) -> Vec<String> {
    let functions = unconnected();
    let name = pascal(function);
    let handler = functions.iter().find(|handler| handler.name() == name);
    let routes = handler.unwrap().routes().iter();
    routes.map(|route| route.key()).collect()
}

/// The function that an integration calls by its alias.
fn called(template: &Template, integration: &str) -> Option<String> {
    let uri = &template.properties(integration)["IntegrationUri"];
    uri["Ref"]
        .as_str()?
        .strip_suffix("Function.Alias")
        .map(str::to_owned)
}

/// The routes, each with the function that it leads to.
fn routes(template: &Template) -> BTreeMap<String, Option<String>> {
    template
        .resources("AWS::ApiGatewayV2::Route")
        .map(|(_, route)| {
            let properties = &route["Properties"];
            let target = properties["Target"]["Fn::Sub"].as_str();
            let integration = target
                .and_then(|target| target.strip_prefix("integrations/${"))
                .and_then(|target| target.strip_suffix('}'));
            let function = integration.and_then(|integration| called(template, integration));
            (properties["RouteKey"].as_str().unwrap().to_owned(), function)
        })
        .collect()
}

/// Who may call which function for which route.
fn permissions(template: &Template) -> BTreeSet<(String, String)> {
    template
        .resources("AWS::Lambda::Permission")
        .filter_map(|(_, permission)| {
            let properties = &permission["Properties"];
            let function = properties["FunctionName"]["Ref"]
                .as_str()?
                .strip_suffix("Function.Alias")?;
            let source = properties["SourceArn"]["Fn::Sub"].as_str()?;
            let (_, route) = source.split_once("${HttpApi}/*/")?;
            Some((function.to_owned(), route.to_owned()))
        })
        .collect()
}

fn wrong_routes(template: &Template) -> Vec<String> {
    let mut diagnostics = Vec::new();
    let mut routes = routes(template);
    let mut permissions = permissions(template);
    let mut allowed =
        |function: &str, key: &str| permissions.remove(&(function.to_owned(), key.replace(' ', "")));
    for function in FUNCTIONS {
        let name = pascal(function);
        for key in answered(function) {
            match routes.remove(&key) {
                None => diagnostics.push(format!("nothing leads to {name} from {key}")),
                Some(found) if found.as_deref() != Some(&name) => {
                    diagnostics.push(format!("{key} does not lead to {name}"));
                }
                Some(_) => {}
            }
            if !allowed(&name, &key) {
                diagnostics.push(format!("the API may not call {name} for {key}"));
            }
        }
    }
    // Any function behind the API can answer for it.
    match routes.remove("$default").flatten() {
        None => diagnostics.push("nothing answers what no route takes".to_owned()),
        Some(function) => {
            if !allowed(&function, "$default") {
                diagnostics.push(format!("the API may not call {function} for $default"));
            }
        }
    }
    diagnostics.extend(routes.into_keys().map(|key| format!("no function answers {key}")));
    diagnostics.extend(
        permissions
            .into_iter()
            .map(|(name, route)| format!("{name} may be called for {route}")),
    );
    diagnostics
}

#[test]
fn every_route_of_the_api_has_a_function() {
    let answered: BTreeSet<_> = FUNCTIONS.into_iter().flat_map(answered).collect();

    for route in kit::api::ROUTES {
        assert!(answered.contains(&route.key()), "{}", route.key());
    }
}

#[test]
fn every_route_leads_to_its_function_and_every_function_has_its_routes() {
    let template = Template::sign_up();

    assert_eq!(wrong_routes(&template), Vec::<String>::new());
    for (old, new, diagnostic) in [
        (
            "RouteKey: POST /users",
            "RouteKey: PUT /users",
            "no function answers PUT /users",
        ),
        (
            "RouteKey: POST /users",
            "RouteKey: PUT /users",
            "nothing leads to CreateUser from POST /users",
        ),
        (
            "Target: !Sub integrations/${CreateUserIntegration}",
            "Target: !Sub integrations/${GetUserIntegration}",
            "POST /users does not lead to CreateUser",
        ),
        (
            "IntegrationUri: !Ref CreateUserFunction.Alias",
            "IntegrationUri: !Ref CreateUserFunction",
            "POST /users does not lead to CreateUser",
        ),
        (
            "/*/POST/users",
            "/*/POST/people",
            "the API may not call CreateUser for POST /users",
        ),
        (
            "/*/POST/users",
            "/*/POST/people",
            "CreateUser may be called for POST/people",
        ),
        (
            "RouteKey: $default",
            "RouteKey: GET /status",
            "nothing answers what no route takes",
        ),
    ] {
        let diagnostics = wrong_routes(&template.with(old, new));
        assert!(
            diagnostics.iter().any(|found| found == diagnostic),
            "{diagnostic}: {diagnostics:?}"
        );
    }
}

#[test]
fn everything_hangs_on_the_one_api() {
    let template = Template::sign_up();

    for kind in ["Integration", "Route", "Stage"] {
        for (id, resource) in template.resources(&format!("AWS::ApiGatewayV2::{kind}")) {
            assert_eq!(resource["Properties"]["ApiId"], json!({"Ref": "HttpApi"}), "{id}");
        }
    }
    let stages: Vec<&Value> = template
        .resources("AWS::ApiGatewayV2::Stage")
        .map(|(_, stage)| &stage["Properties"]["StageName"])
        .collect();
    assert_eq!(stages, ["$default"]);
}
