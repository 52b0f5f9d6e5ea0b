//! .NET: projects, solutions, shared properties, central package versions.

use roxmltree::Document;

use super::{Declared, Found, blank, entry, resolve, xml};
use crate::facts::{Data, DependencyScope, Ecosystem, Manifest, Span};
use crate::syntax::Source;

/// Packages that only test projects refer to.
const TEST_PACKAGES: &[&str] =
    &["Microsoft.NET.Test.Sdk", "xunit", "xunit.v3", "NUnit", "MSTest", "MSTest.TestFramework", "TUnit"];

pub(super) fn project(source: &Source<'_>, found: &mut Found<'_>) {
    let Some(document) = xml::parse(source, "project", found) else { return };
    let root = document.root_element();
    let stem = source.file.name().rsplit_once('.').map_or(source.file.name(), |(stem, _)| stem);
    let property = |name: &'static str| xml::all(&document, name).find_map(|node| node.text().map(str::trim));
    let mut manifest = Manifest {
        name: Some(property("AssemblyName").filter(|name| !name.contains('$')).unwrap_or(stem).to_owned()),
        version: property("Version").map(str::to_owned),
        is_private: property("PackageId").is_none() && property("IsPackable") != Some("true"),
        package_manager: Some("dotnet".to_owned()),
        ..blank(Ecosystem::NuGet)
    };
    manifest.runtimes.extend(framework(&document));
    let span = xml::span(source, root);
    found.add(span, Data::Manifest(manifest));
    let sdks = sdks(&document);
    kind(source, &document, &sdks, found);
    for sdk in sdks.iter().filter(|sdk| !sdk.starts_with("Microsoft.NET.Sdk")) {
        let (name, version) = sdk.split_once('/').unwrap_or((sdk, ""));
        Declared::new(span, name, version).add(Ecosystem::NuGet, DependencyScope::Development, found);
    }
    // A framework that the SDK brings is declared by naming the SDK.
    if sdks.iter().any(|sdk| sdk == "Microsoft.NET.Sdk.Web") {
        Declared::new(span, "Microsoft.AspNetCore.App", "").add(Ecosystem::NuGet, DependencyScope::Runtime, found);
    }
    for node in xml::all(&document, "PackageReference").chain(xml::all(&document, "FrameworkReference")) {
        let is_build_only = node.attribute("PrivateAssets").or_else(|| xml::child_text(node, "PrivateAssets"));
        let scope = match is_build_only {
            Some(assets) if assets.eq_ignore_ascii_case("all") => DependencyScope::Development,
            _ => DependencyScope::Runtime,
        };
        let version = node.attribute("Version").or_else(|| xml::child_text(node, "Version")).unwrap_or("");
        let name = node.attribute("Include").unwrap_or("");
        Declared::new(xml::span(source, node), name, version).add(Ecosystem::NuGet, scope, found);
    }
    for node in xml::all(&document, "ProjectReference") {
        let Some(path) = node.attribute("Include").and_then(|path| resolve(source.file.folder(), path)) else {
            continue;
        };
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let declared = Declared { local: Some(folder.to_owned()), ..Declared::new(xml::span(source, node), name, "") };
        declared.add(Ecosystem::NuGet, DependencyScope::Runtime, found);
    }
}

fn sdks(document: &Document<'_>) -> Vec<String> {
    let root = document.root_element();
    let own = root.attribute("Sdk").into_iter().flat_map(|list| list.split(';')).map(str::trim).map(str::to_owned);
    let more = xml::all(document, "Sdk").filter_map(|node| node.attribute("Name")).map(str::to_owned);
    own.chain(more).collect()
}

fn framework(document: &Document<'_>) -> Option<(String, String)> {
    let names = ["TargetFramework", "TargetFrameworks"];
    let value = names.iter().find_map(|name| xml::all(document, name).find_map(|node| node.text()))?;
    (!value.contains('$')).then(|| ("dotnet".to_owned(), value.trim().to_owned()))
}

fn kind(source: &Source<'_>, document: &Document<'_>, sdks: &[String], found: &mut Found<'_>) {
    let span = xml::span(source, document.root_element());
    let has_sdk = |name: &str| sdks.iter().any(|sdk| sdk == name || sdk.starts_with(&format!("{name}/")));
    let set = |name: &'static str, value: &str| {
        xml::all(document, name).find(|node| node.text().is_some_and(|text| text.trim().eq_ignore_ascii_case(value)))
    };
    let refers = |list: &[&str]| {
        xml::all(document, "PackageReference")
            .find(|node| node.attribute("Include").is_some_and(|name| list.contains(&name)))
    };
    if has_sdk("MSTest.Sdk") {
        entry(found, span, "test", "the SDK of MSTest");
    }
    if let Some(node) = set("IsTestProject", "true").or_else(|| refers(TEST_PACKAGES)) {
        entry(found, xml::span(source, node), "test", "a project of tests");
    }
    let is_program = || set("OutputType", "Exe").or_else(|| set("OutputType", "WinExe"));
    if let Some(node) = refers(&["BenchmarkDotNet"]).filter(|_| is_program().is_some()) {
        entry(found, xml::span(source, node), "test", "a project of benchmarks");
    }
    if has_sdk("Microsoft.NET.Sdk.Web") {
        entry(found, span, "server", "the SDK Microsoft.NET.Sdk.Web");
    }
    if let Some(node) = classic_web(document) {
        entry(found, xml::span(source, node), "server", "an ASP.NET application");
    }
    if has_sdk("Microsoft.NET.Sdk.Worker") {
        entry(found, span, "worker", "the SDK Microsoft.NET.Sdk.Worker");
    }
    if has_sdk("Microsoft.NET.Sdk.BlazorWebAssembly") {
        entry(found, span, "interface", "the SDK Microsoft.NET.Sdk.BlazorWebAssembly");
    }
    if let Some(node) = xml::all(document, "AzureFunctionsVersion").next() {
        entry(found, xml::span(source, node), "server", "an Azure Functions application");
    }
    let is_host = has_sdk("Aspire.AppHost.Sdk");
    if let Some(node) = set("IsAspireHost", "true").or_else(|| is_host.then(|| document.root_element())) {
        entry(found, xml::span(source, node), "infra", "the application host of .NET Aspire");
    }
    for (name, title) in [("UseMaui", ".NET MAUI"), ("UseWPF", "WPF"), ("UseWindowsForms", "Windows Forms")] {
        if let Some(node) = set(name, "true") {
            entry(found, xml::span(source, node), "client", format!("{title} makes an application for devices"));
        }
    }
    if let Some(node) = set("PackAsTool", "true") {
        entry(found, xml::span(source, node), "cli", "packed as a .NET tool");
    }
    if let Some(node) = is_program() {
        entry(found, xml::span(source, node), "program", "its output is a program");
    }
    if let Some(node) = xml::all(document, "PackageId").next().or_else(|| set("IsPackable", "true")) {
        entry(found, xml::span(source, node), "library", "packed for NuGet");
    }
}

/// What makes a project of before .NET Core a web application: its type, or the targets that publish one.
fn classic_web<'a>(document: &'a Document<'_>) -> Option<roxmltree::Node<'a, 'a>> {
    let is_type = |text: &str| text.to_ascii_lowercase().contains("349c5851-65df-11da-9384-00065b846f21");
    let by_type = xml::all(document, "ProjectTypeGuids").find(|node| node.text().is_some_and(is_type));
    let publishes = |project: &str| project.ends_with("Microsoft.WebApplication.targets");
    by_type.or_else(|| xml::all(document, "Import").find(|node| node.attribute("Project").is_some_and(publishes)))
}

/// `packages.config`: what a project of before .NET Core depends on, with the exact versions.
pub(super) fn packages(source: &Source<'_>, found: &mut Found<'_>) {
    let Some(document) = xml::parse(source, "packages.config", found) else { return };
    for node in xml::all(&document, "package") {
        let is_development = node.attribute("developmentDependency") == Some("true");
        let scope = if is_development { DependencyScope::Development } else { DependencyScope::Runtime };
        let version = node.attribute("version").unwrap_or("");
        let name = node.attribute("id").unwrap_or("");
        Declared::new(xml::span(source, node), name, version).add(Ecosystem::NuGet, scope, found);
    }
}

/// `Directory.Build.props` and `Directory.Packages.props`: what all projects below share, no package of its own.
/// Central versions pin; the projects declare.
pub(super) fn props(source: &Source<'_>, found: &mut Found<'_>) {
    let Some(document) = xml::parse(source, source.file.name(), found) else { return };
    let mut manifest =
        Manifest { is_package: false, package_manager: Some("dotnet".to_owned()), ..blank(Ecosystem::NuGet) };
    manifest.runtimes.extend(framework(&document));
    found.add(Span::START, Data::Manifest(manifest));
    for node in xml::all(&document, "GlobalPackageReference").chain(xml::all(&document, "PackageReference")) {
        let name = node.attribute("Include").unwrap_or("");
        let version = node.attribute("Version").unwrap_or("");
        Declared::new(xml::span(source, node), name, version).add(
            Ecosystem::NuGet,
            DependencyScope::Development,
            found,
        );
    }
}

/// A solution names its projects, in either format.
pub(super) fn solution(source: &Source<'_>, found: &mut Found<'_>) {
    let is_project = |path: &&str| path.ends_with("proj");
    let members = source.text().split('"').filter(is_project).map(|path| path.replace('\\', "/")).collect();
    let package_manager = Some("dotnet".to_owned());
    found.add(
        Span::START,
        Data::Manifest(Manifest { members, package_manager, is_package: false, ..blank(Ecosystem::NuGet) }),
    );
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;

    #[test]
    fn a_web_project_is_a_server_and_refers_to_projects() {
        let text = "<Project Sdk=\"Microsoft.NET.Sdk.Web\">\n<PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>\n\
                    <ItemGroup>\n<PackageReference Include=\"Dapper\" Version=\"2.1\" />\n\
                    <PackageReference Include=\"Tools\"><PrivateAssets>all</PrivateAssets></PackageReference>\n\
                    <ProjectReference Include=\"..\\Domain\\Domain.csproj\" />\n</ItemGroup></Project>";
        assert_eq!(
            read("src/Api/Api.csproj", text),
            [
                r#"1 manifest "Api" package=true private=true members=[] manager="dotnet" runtimes={"dotnet": "net10.0"}"#,
                "1 server: the SDK Microsoft.NET.Sdk.Web",
                "1 run Microsoft.AspNetCore.App ",
                "4 run Dapper 2.1",
                "5 dev Tools ",
                "6 run Domain  at src/Domain",
            ]
        );
    }

    #[test]
    fn a_project_of_tests_says_so() {
        let text = "<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup><PackageReference Include=\"xunit\" /></ItemGroup></Project>";
        assert!(read("src/A.Tests/A.Tests.csproj", text).contains(&"1 test: a project of tests".to_owned()));
    }

    #[test]
    fn a_program_that_measures_is_a_project_of_benchmarks() {
        let measured = r#"<ItemGroup><PackageReference Include="BenchmarkDotNet" /></ItemGroup></Project>"#;
        let program =
            r#"<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><OutputType>Exe</OutputType></PropertyGroup>"#;
        let said = "1 test: a project of benchmarks".to_owned();
        assert!(read("perf/Perf.csproj", &format!("{program}{measured}")).contains(&said));
        let library = r#"<Project Sdk="Microsoft.NET.Sdk">"#;
        assert!(!read("src/A/A.csproj", &format!("{library}{measured}")).contains(&said));
    }

    #[test]
    fn a_project_of_the_old_kind_says_by_its_type_that_it_is_for_the_web() {
        let text = "<Project>\n<PropertyGroup>\n<ProjectTypeGuids>{349C5851-65DF-11DA-9384-00065B846F21};{fae0}</ProjectTypeGuids></PropertyGroup></Project>";
        assert!(read("Shop/Shop.csproj", text).contains(&"3 server: an ASP.NET application".to_owned()));
        let text = "<packages>\n<package id=\"Microsoft.AspNet.Mvc\" version=\"5.2.7\" />\n\
                    <package id=\"StyleCop\" version=\"6\" developmentDependency=\"true\" />\n</packages>";
        assert_eq!(read("Shop/packages.config", text), ["2 run Microsoft.AspNet.Mvc 5.2.7", "3 dev StyleCop 6"]);
    }

    #[test]
    fn central_versions_declare_nothing() {
        let text = "<Project><ItemGroup><PackageVersion Include=\"Dapper\" Version=\"2\" /></ItemGroup></Project>";
        assert_eq!(read("Directory.Packages.props", text).len(), 1);
    }
}
