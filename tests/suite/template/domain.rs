//! A domain name of the deployer's own: the API is reached by it alone, and mails link to it.

use serde_json::json;

use super::Template;

fn wrong_domain(template: &Template) -> Vec<String> {
    let own = "https://${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}";
    let url = json!({"Fn::If": ["HasDomainName", {"Fn::Sub": "https://${DomainName}"}, {"Fn::Sub": own}]});
    let resources = &template.value["Resources"];
    let expected = [
        (
            "mails link elsewhere",
            &template.properties("ValidateEmailFunction")["Environment"]["Variables"]["SITE_URL"],
            json!({"Fn::If": ["HasSiteUrl", {"Ref": "SiteUrl"}, url]}),
        ),
        (
            "the output is another URL",
            &template.value["Outputs"]["ApiUrl"]["Value"],
            url,
        ),
        (
            "the API's own URL is another way in",
            &template.properties("HttpApi")["DisableExecuteApiEndpoint"],
            json!({"Fn::If": ["HasDomainName", true, false]}),
        ),
        (
            "the domain is unconditional",
            &resources["Domain"]["Condition"],
            json!("HasDomainName"),
        ),
        (
            "the mapping is unconditional",
            &resources["DomainMapping"]["Condition"],
            json!("HasDomainName"),
        ),
        (
            "old TLS is accepted",
            &template.properties("Domain")["DomainNameConfigurations"][0]["SecurityPolicy"],
            json!("TLS_1_2"),
        ),
        (
            "the domain leads to another API",
            &template.properties("DomainMapping")["ApiId"],
            json!({"Ref": "HttpApi"}),
        ),
        (
            "a domain without a certificate is found late",
            &template.value["Rules"]["DomainNeedsCertificate"]["Assertions"][0]["Assert"],
            json!({"Fn::Not": [{"Fn::Equals": [{"Ref": "CertificateArn"}, ""]}]}),
        ),
    ];
    let wrong = expected.into_iter().filter(|(_, found, value)| *found != value);
    wrong.map(|(problem, ..)| problem.to_owned()).collect()
}

#[test]
fn mails_link_to_the_domain_and_the_api_answers_there_only() {
    let template = Template::sign_up();

    assert_eq!(wrong_domain(&template), Vec::<String>::new());
    for (old, new, problem) in [
        (
            "!Sub https://${DomainName}\n",
            "!Sub https://${DomainName}/app\n",
            "mails link elsewhere",
        ),
        (
            "DisableExecuteApiEndpoint: !If [HasDomainName, true, false]",
            "DisableExecuteApiEndpoint: false",
            "the API's own URL is another way in",
        ),
        (
            "ApiMapping\n    Condition: HasDomainName\n",
            "ApiMapping\n",
            "the mapping is unconditional",
        ),
        (
            "SecurityPolicy: TLS_1_2",
            "SecurityPolicy: TLS_1_0",
            "old TLS is accepted",
        ),
        (
            "- Assert: !Not [!Equals [!Ref CertificateArn, '']]",
            "- Assert: !Not [!Equals [!Ref DomainName, '']]",
            "a domain without a certificate is found late",
        ),
        (
            "!Sub \"https://${DomainName}\"",
            "!Sub \"http://${DomainName}\"",
            "the output is another URL",
        ),
    ] {
        assert_eq!(wrong_domain(&template.with(old, new)), [problem]);
    }
}
