//! API routes, and API Gateway's permissions to invoke the functions.

use std::collections::{BTreeMap, BTreeSet};

use kit::api::{PAGES, ROUTES};
use serde_json::{Value, json};

use super::Template;
use super::functions::pascal_case;
use crate::contract_pages::FUNCTIONS;
use crate::world::handlers_without_clients;

/// The routes that a function answers.
fn answered(function: &str) -> Vec<String> {
    let functions = handlers_without_clients();
    let name = pascal_case(function);
    let handler = functions.iter().find(|handler| handler.name() == name);
    let routes = handler.unwrap().routes().iter();
    routes.map(|route| route.key()).collect()
}

/// The function whose alias an integration invokes.
fn called(template: &Template, integration: &str) -> Option<String> {
    let uri = &template.properties(integration)["IntegrationUri"];
    uri["Ref"]
        .as_str()?
        .strip_suffix("Function.Alias")
        .map(str::to_owned)
}

/// The routes, each with its function.
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

/// The functions that API Gateway may invoke, each with the route.
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
    let mut problems = Vec::new();
    let mut routes = routes(template);
    let mut permissions = permissions(template);
    let mut allowed =
        |function: &str, key: &str| permissions.remove(&(function.to_owned(), key.replace(' ', "")));
    for function in FUNCTIONS {
        let name = pascal_case(function);
        for key in answered(function) {
            match routes.remove(&key) {
                None => problems.push(format!("{name} has no route {key}")),
                Some(found) if found.as_deref() != Some(&name) => {
                    problems.push(format!("{key} does not invoke {name}"));
                }
                Some(_) => {}
            }
            if !allowed(&name, &key) {
                problems.push(format!("the API may not invoke {name} for {key}"));
            }
        }
    }
    // Every function of the API answers unknown routes in the same way, but only one knows the pages, whose `HEAD` has no route.
    match routes.remove("$default").flatten() {
        None => problems.push("there is no default route".to_owned()),
        Some(function) if function != "ServePages" => {
            problems.push(format!("{function} cannot answer HEAD of the pages"));
        }
        Some(function) => {
            if !allowed(&function, "$default") {
                problems.push(format!("the API may not invoke {function} for $default"));
            }
        }
    }
    problems.extend(
        routes
            .into_keys()
            .map(|key| format!("{key} is not a route of any function")),
    );
    problems.extend(
        permissions
            .into_iter()
            .map(|(name, route)| format!("{name} may be invoked for the unknown route {route}")),
    );
    problems
}

#[test]
fn every_route_of_the_api_has_a_function() {
    let answered: BTreeSet<_> = FUNCTIONS.into_iter().flat_map(answered).collect();

    for route in ROUTES.iter().chain(&PAGES) {
        assert!(answered.contains(&route.key()), "{}", route.key());
    }
}

#[test]
fn routes_and_functions_match() {
    let template = Template::sign_up();

    assert_eq!(wrong_routes(&template), Vec::<String>::new());
    for (old, new, problem) in [
        (
            "RouteKey: POST /users",
            "RouteKey: PUT /users",
            "PUT /users is not a route of any function",
        ),
        (
            "RouteKey: POST /users",
            "RouteKey: PUT /users",
            "CreateUser has no route POST /users",
        ),
        (
            "Target: !Sub integrations/${CreateUserIntegration}",
            "Target: !Sub integrations/${GetUserIntegration}",
            "POST /users does not invoke CreateUser",
        ),
        (
            "IntegrationUri: !Ref CreateUserFunction.Alias",
            "IntegrationUri: !Ref CreateUserFunction",
            "POST /users does not invoke CreateUser",
        ),
        (
            "/*/POST/users",
            "/*/POST/people",
            "the API may not invoke CreateUser for POST /users",
        ),
        (
            "/*/POST/users",
            "/*/POST/people",
            "CreateUser may be invoked for the unknown route POST/people",
        ),
        (
            "RouteKey: $default",
            "RouteKey: GET /status",
            "there is no default route",
        ),
        (
            "RouteKey: $default\n      Target: !Sub integrations/${ServePagesIntegration}",
            "RouteKey: $default\n      Target: !Sub integrations/${GetUserIntegration}",
            "GetUser cannot answer HEAD of the pages",
        ),
    ] {
        let problems = wrong_routes(&template.with(old, new));
        assert!(
            problems.iter().any(|found| found == problem),
            "{problem}: {problems:?}"
        );
    }
}

#[test]
fn all_api_resources_belong_to_the_one_api() {
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
