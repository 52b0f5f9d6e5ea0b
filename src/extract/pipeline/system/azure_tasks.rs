//! What well-known tasks of Azure Pipelines run, as the command that a person would type.

/// The shell text of a task, `None` where its name alone says what it does.
pub(super) fn command(task: &str, inputs: &[(String, String)]) -> Option<String> {
    let name = task.split('@').next().unwrap_or(task);
    let input = |key: &str| {
        let own = inputs.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
        own.map_or("", |(_, value)| value.as_str())
    };
    let joined = |words: &[&str]| {
        let words: Vec<&str> = words.iter().copied().filter(|word| !word.is_empty()).collect();
        Some(words.join(" "))
    };
    match name {
        "Bash" | "PowerShell" | "CmdLine" | "AzureCLI" | "AzurePowerShell" | "ShellScript" => {
            let inline = ["script", "inlineScript"].into_iter().map(input).find(|text| !text.is_empty());
            let file = ["filePath", "scriptPath"].into_iter().map(input).find(|text| !text.is_empty());
            inline.map(str::to_owned).or_else(|| joined(&["bash", file?]))
        }
        "DotNetCoreCLI" => {
            let command = if input("command") == "custom" { input("custom") } else { input("command") };
            joined(&["dotnet", command, input("projects").lines().next().unwrap_or(""), input("arguments")])
        }
        "Npm" | "Yarn" => {
            let program = if name == "Npm" { "npm" } else { "yarn" };
            let own = if name == "Yarn" { input("arguments") } else { input("customCommand") };
            let command = if own.is_empty() { input("command") } else { own };
            joined(&[program, if command.is_empty() { "install" } else { command }])
        }
        "Maven" => {
            let goals = input("goals");
            joined(&["mvn", input("options"), if goals.is_empty() { "package" } else { goals }])
        }
        "Gradle" => {
            let tasks = input("tasks");
            joined(&["./gradlew", if tasks.is_empty() { "build" } else { tasks }])
        }
        "Go" => joined(&["go", input("command"), input("arguments")]),
        "VSTest" => Some("vstest.console.exe".to_owned()),
        "VSBuild" | "MSBuild" => Some("msbuild".to_owned()),
        "Docker" => match input("command") {
            "buildAndPush" | "" => Some("docker build .\ndocker push image".to_owned()),
            other => joined(&["docker", other]),
        },
        "DockerCompose" => joined(&["docker compose", input("dockerComposeCommand")]),
        "HelmDeploy" => joined(&["helm", input("command"), input("arguments")]),
        "Kubernetes" => joined(&["kubectl", input("command"), input("arguments")]),
        "TerraformTaskV4" | "TerraformTaskV3" | "TerraformCLI" => joined(&["terraform", input("command")]),
        "NuGetCommand" => joined(&["nuget", input("command")]),
        "SqlAzureDacpacDeployment" => Some("sqlpackage /Action:Publish".to_owned()),
        _ => None,
    }
}
