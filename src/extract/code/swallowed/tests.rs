use super::SwallowedErrors;
use crate::extract::code::testing;
use crate::facts::Data;

fn swallowed(path: &str, text: &str) -> Vec<String> {
    testing::facts(&SwallowedErrors, path, text)
        .into_iter()
        .map(|fact| match fact.data {
            Data::SwallowedError(error) => {
                format!("{} {}{}", fact.place.span.line, error.handler, if error.explained { " why" } else { "" })
            }
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn javascript_clauses_that_drop_the_error() {
    for text in [
        "try { f(); } catch {}",
        "try { f(); } catch (e) { }",
        "try { f(); } catch (_) { /* ignore */ }",
        "try { f(); } catch (e: unknown) {\n  // Do nothing.\n}",
    ] {
        assert_eq!(swallowed("a.ts", text), ["1 catch {}"], "{text}");
    }
    let text = "async function load() { try { return await f(); } catch (e) { return null; } }";
    assert_eq!(swallowed("a.js", text), ["1 catch { return null }"]);
    let text = "for (const x of y) { try { await f(x); } catch { continue; } }";
    assert_eq!(swallowed("a.js", text), ["1 catch { continue }"]);
}

#[test]
fn javascript_clauses_that_say_why_or_do_something() {
    let why = "try { f(); } catch {\n  // private mode forbids storage\n}";
    assert_eq!(swallowed("a.ts", why), ["1 catch {} why"]);
    for text in [
        "try { f(); } catch (e) { log(e); }",
        "try { f(); } catch (e) { return fallback; }",
        "try { require('optional'); } catch {}",
        "function isUrl(x) { try { new URL(x); return true; } catch { return false; } }",
        "async function exists(x) { try { await stat(x); return true; } catch { return false; } }",
        "async function body(r) { try { return await r.json(); } catch { return null; } }",
        "const s = 'try {} catch {}';",
        "// try {} catch {}\n",
    ] {
        assert_eq!(swallowed("a.ts", text), [""; 0], "{text}");
    }
}

#[test]
fn promises_whose_rejection_is_dropped() {
    for text in
        ["f().catch(() => {});", "f()\n.catch(() => {\n});", "void f().catch(noop);", "f().catch(function (e) {});"]
    {
        assert!(swallowed("a.ts", text).iter().all(|it| it.ends_with(".catch(() => {})")), "{text}");
        assert_eq!(swallowed("a.ts", text).len(), 1, "{text}");
    }
    assert_eq!(swallowed("a.ts", "await f().catch(() => null);"), ["1 .catch(() => null)"]);
    assert_eq!(swallowed("a.ts", "const x = await f().catch(() => null);\nx.run();"), ["1 .catch(() => null)"]);
    assert_eq!(
        swallowed("a.ts", "// the mail is sent again at night\nvoid f().catch(() => {});"),
        ["2 .catch(() => {}) why"]
    );
}

#[test]
fn promises_whose_result_is_tested_or_answered() {
    for text in [
        "const x = await f().catch(() => null);\nif (!x) { return; }",
        "const x = await f().catch(() => null);\nreturn x?.name;",
        "return f().catch(() => null);",
        "const body = await r.json().catch(() => ({}));",
        "f().catch((e) => log(e));",
        "f().catch(report);",
        "z.string().catch('');",
        "const s = z.string().optional().catch(() => undefined);",
    ] {
        assert_eq!(swallowed("a.ts", text), [""; 0], "{text}");
    }
}

#[test]
fn python_handlers_that_drop_the_error() {
    let text = "try:\n    f()\nexcept:\n    pass\ntry:\n    f()\nexcept Exception as e:\n    ...\nfor x in y:\n    try:\n        f(x)\n    except Exception:\n        continue\ntry:\n    f()\nexcept (OSError, ValueError):\n    pass  # ignore\n";
    assert_eq!(
        swallowed("a.py", text),
        [
            "3 except: pass",
            "7 except Exception: ...",
            "12 except Exception: continue",
            "16 except (OSError, ValueError): pass"
        ]
    );
}

#[test]
fn python_handlers_that_say_why_answer_or_probe() {
    assert_eq!(
        swallowed("a.py", "try:\n    f()\nexcept OSError:\n    # the socket is closed anyway\n    pass\n"),
        ["3 except OSError: pass why"]
    );
    assert_eq!(
        swallowed("a.py", "try:\n    f()\nexcept OSError:\n    pass  # the socket is closed anyway\n"),
        ["3 except OSError: pass why"]
    );
    for text in [
        "try:\n    import orjson\nexcept ImportError:\n    pass\n",
        "try:\n    import orjson\nexcept Exception:\n    pass\n",
        "try:\n    del cache[key]\nexcept KeyError:\n    pass\n",
        "try:\n    f()\nexcept asyncio.CancelledError:\n    pass\n",
        "try:\n    f()\nexcept ValueError:\n    return None\n",
        "try:\n    f()\nexcept Exception:\n    log.exception('f failed')\n",
        "s = 'except: pass'\n",
    ] {
        assert_eq!(swallowed("a.py", text), [""; 0], "{text}");
    }
}

#[test]
fn go_branches_that_are_empty() {
    let go = |body: &str| swallowed("a.go", &format!("package a\nfunc f() {{\n{body}\n}}\n"));
    assert_eq!(go("if err != nil {\n}"), ["3 if err != nil {}"]);
    assert_eq!(go("if err := g(); err != nil {\n// ignore\n}"), ["3 if err != nil {}"]);
    assert_eq!(go("if err != nil {\n// the peer is gone already\n}"), ["3 if err != nil {} why"]);
    for body in ["_ = g()", "if err != nil { return }", "if err != nil { log(err) }", "// if err != nil {}"] {
        assert_eq!(go(body), [""; 0], "{body}");
    }
}

#[test]
fn csharp_clauses_that_drop_the_error() {
    let csharp = |body: &str| swallowed("A.cs", &format!("class A {{ async Task F() {{ {body} }} }}"));
    assert_eq!(csharp("try { G(); } catch { }"), ["1 catch {}"]);
    assert_eq!(csharp("try { G(); } catch (Exception) { /* ignore */ }"), ["1 catch (Exception) {}"]);
    assert_eq!(csharp("try { await G(); } catch { return null; }"), ["1 catch { return null; }"]);
    assert_eq!(
        csharp("try { G(); } catch (IOException e) { // the file is gone already\n }"),
        ["1 catch (IOException) {} why"]
    );
    for body in [
        "try { await G(); } catch (OperationCanceledException) { }",
        "try { G(); } catch (Exception e) { log.Error(e); }",
        "try { int.Parse(x); } catch { return null; }",
        "var s = \"catch { }\";",
    ] {
        assert_eq!(csharp(body), [""; 0], "{body}");
    }
}

#[test]
fn ruby_clauses_that_drop_the_error() {
    assert_eq!(swallowed("a.rb", "begin\n  f\nrescue\nend\n"), ["3 rescue"]);
    assert_eq!(swallowed("a.rb", "begin\n  f\nrescue => e\n  # log.error \"f: #{e}\"\nend\n"), ["3 rescue"]);
    assert_eq!(swallowed("a.rb", "def g\n  f\nrescue StandardError\n  nil\nend\n"), ["3 rescue StandardError; nil"]);
    assert_eq!(
        swallowed("a.rb", "begin\n  f\nrescue Net::ReadTimeout\n  # the next run tries again\nend\ng\n"),
        ["3 rescue Net::ReadTimeout why"]
    );
    for text in [
        "begin\n  require 'x'\nrescue LoadError\nend\n",
        "begin\n  f\nrescue => e\n  log(e)\nend\n",
        "begin\n  f\nrescue ArgumentError\n  nil\nend\n",
        "rescue_from Oops do\nend\n",
    ] {
        assert_eq!(swallowed("a.rb", text), [""; 0], "{text}");
    }
}

#[test]
fn java_clauses() {
    let around = |clause: &str| {
        swallowed("A.java", &format!("class A {{ Object f() {{\ntry {{ client.send(x); }} {clause}\nreturn x; }} }}"))
    };
    assert_eq!(around("catch (Exception e) {}"), ["2 catch (Exception) {}"]);
    assert_eq!(around("catch (IOException | SQLException ignored) { }"), ["2 catch (IOException | SQLException) {}"]);
    assert_eq!(around("catch (Exception e) { return null; }"), ["2 catch (Exception) { return null; }"]);
    assert_eq!(around("catch (Exception e) { /* the peer may be gone already */ }"), ["2 catch (Exception) {} why"]);
    for clause in [
        "catch (InterruptedException e) { }",
        "catch (NumberFormatException e) { return null; }",
        "catch (Exception e) { log.warn(\"no\", e); }",
        "catch (Exception e) { throw new A(e); }",
        "catch (ParseException e) { return null; }",
    ] {
        assert_eq!(around(clause), [""; 0], "{clause}");
    }
}

#[test]
fn kotlin_clauses_and_results() {
    let around = |code: &str| swallowed("a.kt", &format!("fun f() {{\n{code}\ndone()\n}}\n"));
    assert_eq!(around("try { a() } catch (e: IOException) { }"), ["2 catch (IOException) {}"]);
    assert_eq!(around("runCatching { a() }"), ["2 runCatching { … }"]);
    assert_eq!(
        around("try { a() } catch (_: IOException) {\n// the file may be gone already\n}"),
        ["2 catch (IOException) {} why"]
    );
    for code in [
        "val x = try { a() } catch (e: Exception) { null }",
        "try { a() } catch (e: CancellationException) { }",
        "runCatching { a() }.onFailure { log.warn(it) }",
        "val r = runCatching { a() }",
        "try { a() } catch (e: IOException) { log.warn(e) }",
    ] {
        assert_eq!(around(code), [""; 0], "{code}");
    }
}

#[test]
fn php_clauses() {
    let around = |clause: &str| swallowed("a.php", &format!("<?php\ntry {{ $client->send($x); }} {clause}\n"));
    assert_eq!(around("catch (\\Exception $e) { }"), ["2 catch (\\Exception) {}"]);
    assert_eq!(around("catch (Throwable) { return null; }"), ["2 catch (Throwable) { return null; }"]);
    assert_eq!(around("catch (A | B $e) { // ignore\n}"), ["2 catch (A | B) {}"]);
    for clause in [
        "catch (ModelNotFoundException $e) { }",
        "catch (\\Exception $e) { report($e); }",
        "catch (ParseException $e) { return null; }",
        "finally { }",
    ] {
        assert_eq!(around(clause), [""; 0], "{clause}");
    }
}

#[test]
fn rust_results() {
    let around = |code: &str| swallowed("a.rs", &format!("async fn f() {{\n{code}\n}}\n"));
    assert_eq!(around("let _ = std::fs::remove_file(path);"), ["2 let _ = std::fs::remove_file(…)"]);
    assert_eq!(around("client.post(url).await.ok();"), ["2 post(…).ok()"]);
    assert_eq!(around("let _ = db.execute(query).await.ok();"), ["2 let _ = execute(…)"]);
    assert_eq!(around("match f() { Ok(x) => g(x), Err(_) => {} }"), ["2 Err(_) => {}"]);
    assert_eq!(around("if let Err(_e) = f().await { }"), ["2 if let Err(_e) {}"]);
    assert_eq!(
        around("// The directory may not exist yet.\nlet _ = fs::remove_dir(path);"),
        ["3 let _ = fs::remove_dir(…) why"]
    );
    for code in [
        "let _ = tx.send(1);",
        "db.execute(query).await.inspect_err(|e| warn!(\"{e}\")).ok();",
        "dotenvy::dotenv().ok();",
        "let _ = write!(text, \"x\");",
        "let _ = x;",
        "let id = text.parse().ok();",
        "match f() { Ok(x) => g(x), Err(Empty) => {} }",
        "if let Err(e) = f() { warn!(\"{e}\"); }",
        "match f() { Ok(x) => g(x), Err(_) => return }",
        "#[cfg(test)]\nmod tests { fn g() { let _ = fs::remove_file(p); } }",
    ] {
        assert_eq!(around(code), [""; 0], "{code}");
    }
}

#[test]
fn elixir_clauses() {
    let around = |code: &str| swallowed("a.ex", &format!("def f do\n  try do\n    g()\n{code}\n  end\nend\n"));
    assert_eq!(around("  rescue\n    _ -> :ok"), ["5 rescue _ -> :ok"]);
    assert_eq!(around("  rescue\n    error -> nil"), ["5 rescue error -> nil"]);
    assert_eq!(around("  catch\n    _, _ -> :ok"), ["5 catch _, _ -> :ok"]);
    for code in [
        "  rescue\n    e in ArgumentError -> nil",
        "  rescue\n    e -> Logger.error(e)",
        "  rescue\n    _ -> {:error, :failed}",
        "  catch\n    :exit, _ -> :ok",
    ] {
        assert_eq!(around(code), [""; 0], "{code}");
    }
}

#[test]
fn scripts_inside_markup_have_their_own_lines() {
    let text =
        "<script setup lang=\"ts\">\ntry { f(); } catch {}\n</script>\n<template><p>try {} catch {}</p></template>\n";
    for path in ["a.vue", "a.svelte"] {
        assert_eq!(swallowed(path, text), ["2 catch {}"], "{path}");
    }
    assert_eq!(swallowed("a.astro", "---\ntry { f(); } catch {}\n---\n<p>catch {}</p>\n"), ["2 catch {}"]);
}

#[test]
fn an_error_of_its_own_right_behind_is_no_loss() {
    assert_eq!(swallowed("a.ts", "try { check(key) } catch {}\nthrow new HttpError(401);\n"), [""; 0]);
    assert_eq!(
        swallowed("a.py", "try:\n    parse(x)\nexcept ValueError:\n    pass\nraise Refused(message)\n"),
        [""; 0]
    );
    assert_eq!(swallowed("a.ts", "try { check(key) } catch {}\nsave(key);\n").len(), 1);
}

#[test]
fn a_comment_above_the_guarded_code_explains_where_it_speaks_of_failing() {
    let php = |comment: &str| format!("<?php\n{comment}\ntry {{ alter(); }} catch (Exception $e) {{\n}}\n");
    assert_eq!(swallowed("a.php", &php("// Other engines do not support this.")), ["3 catch (Exception) {} why"]);
    assert_eq!(swallowed("a.php", &php("// Change the engine of each table.")), ["3 catch (Exception) {}"]);
}
