namespace AgentFlow.Tests.Flows;

public class MermaidTests
{
    [Fact]
    public void Every_verb_is_drawn()
    {
        const string Expected = """
            flowchart TD
                n0(["int"])
                n1["load<br/>effect=Read<br/>lane=ocr<br/>retry=3<br/>timeout=00:00:30"]
                n2["spare"]
                subgraph n3["inner"]
                    n4["first"]
                    n5[/"int"/]
                end
                n6{{"fan-out"}}
                n7["left"]
                n8["right"]
                n9{{"all"}}
                n10[/"int"/]
                n11{{"fan-out"}}
                n12["one"]
                n13["two"]
                n14{{"collect"}}
                n15[/"int"/]
                n16{{"fan-out"}}
                n17["quick"]
                n18["slow"]
                n19{{"1 of 2"}}
                n20[/"int"/]
                n21[/"int[]"/]
                n22{{"for each<br/>max-parallel=8"}}
                n23[["code"]]
                n24{{"all"}}
                n25[/"int"/]
                n26["classify"]
                n27{"kind"}
                n28["letter"]
                subgraph n29["graph"]
                    n30["a"]
                    n31["b"]
                    n32["c"]
                    n33["join"]
                end
                n34["rest"]
                n35["body"]
                n36{"grow<br/>max=5"}
                n37{"boss?"}
                n38[\"boss<br/>role=manager"/]
                n39["halve"]
                n40[\"why"/]
                n41[/"int"/]
                n42["review"]
                n43{"polish<br/>max=3<br/>on-limit=Return"}
                n44["revise"]
                n45["write"]
                n46["judge"]
                n47{"letter<br/>max=3"}
                n48(["string"])
                n0 --> n1
                n1 -.->|"fails"| n2
                n1 --> n4
                n2 --> n4
                n4 --> n5
                n5 --> n6
                n6 --> n7
                n6 --> n8
                n7 --> n9
                n8 --> n9
                n9 --> n10
                n10 --> n11
                n11 --> n12
                n11 --> n13
                n12 --> n14
                n13 --> n14
                n14 --> n15
                n15 --> n16
                n16 --> n17
                n16 --> n18
                n17 --> n19
                n18 --> n19
                n19 --> n20
                n20 --> n21
                n21 --> n22
                n22 --> n23
                n23 --> n24
                n24 --> n25
                n25 --> n26
                n26 --> n27
                n27 -->|"a#124;b"| n28
                n27 -->|"c"| n30
                n30 --> n31
                n30 --> n32
                n31 --> n33
                n32 --> n33
                n27 -->|"otherwise"| n34
                n28 --> n35
                n33 --> n35
                n34 --> n35
                n35 --> n36
                n36 -.->|"again"| n35
                n36 -->|"done"| n37
                n37 -->|"yes"| n38
                n38 -->|"rejected"| n39
                n38 -->|"approved"| n40
                n39 --> n40
                n37 -->|"no"| n40
                n40 --> n41
                n41 --> n42
                n42 --> n43
                n43 -->|"again"| n44
                n44 -.-> n42
                n43 -->|"done"| n45
                n45 --> n46
                n46 --> n47
                n47 -.->|"again"| n45
                n47 -->|"done"| n48
                classDef human fill:#fef3c7,stroke:#b45309,color:#451a03
                class n38,n40 human
                classDef decision fill:#e0f2fe,stroke:#0369a1,color:#082f49
                class n27,n36,n37,n43,n47 decision
                classDef plain fill:#f8fafc,stroke:#94a3b8,color:#334155
                class n5,n6,n9,n10,n11,n14,n15,n16,n19,n20,n21,n22,n24,n25,n41 plain

            """;
        Assert.Equal(Expected, EveryVerb.Flow().ToMermaid());
    }

    [Theory]
    [InlineData("say \"hi\"", "say #34;hi#34;")]
    [InlineData("a<b> & c", "a#60;b#62; #38; c")]
    [InlineData("`code`", "#96;code#96;")]
    [InlineData("a|b;c", "a#124;b#59;c")]
    [InlineData("1. first", "1#46; first")]
    [InlineData("- item", "#45; item")]
    [InlineData("v1.2-beta", "v1.2-beta")]
    [InlineData("Größe → prüfen", "Größe → prüfen")]
    public void Whatever_a_name_says_stays_text(string name, string drawn)
    {
        var step = Step.Create<int, int>(name, (x, _) => x);
        Assert.Contains($"n1[\"{drawn}\"]", Flow.Start<int>("flow").Then(step).Build().ToMermaid(), StringComparison.Ordinal);
        var route = Flow.Start<int>("flow").Route("key", x => $"{x}", r => r.Case(name, EveryVerb.Number("chosen"))).Build();
        Assert.Contains($"-->|\"{drawn}\"|", route.ToMermaid(), StringComparison.Ordinal);
    }

    [Fact]
    public void Cases_that_share_a_step_share_its_node()
    {
        var flow = Flow.Start<int>("flow").Route("key", x => x, r => r.Case(1, EveryVerb.Number("same")).Case(2, EveryVerb.Number("other")).Case(3, EveryVerb.Number("same"))).Build();
        Assert.Equal(["1 → flow/key/same", "3 → flow/key/same", "2 → flow/key/other"], flow.Describe().Edges.Where(edge => edge.From == "flow/key").Select(edge => $"{edge.Label} → {edge.To}"));
    }

    [Fact]
    public void A_loop_leads_back_to_everything_that_starts_it()
    {
        var body = Flow.Graph<int, int>("body", g => g.Add("join", (x, y, _) => x + y, g.Add(EveryVerb.Number("left"), g.Input), g.Add(EveryVerb.Number("right"), g.Input)));
        var flow = Flow.Start<int>("flow").Loop("again", body, until: x => x > 1, max: 2).Build();
        Assert.Equal(
            ["flow/again/*/body/left", "flow/again/*/body/right"],
            flow.Describe().Edges.Where(edge => edge.Kind == DescribedEdgeKind.Again).Select(edge => edge.To));
    }

    [Fact]
    public void A_flow_without_verbs_is_a_node()
    {
        var nothing = Flow.Start<int>("nothing").Build();
        Assert.Equal(
            ["flow/(input) → flow/nothing", "flow/nothing → flow/(output)"],
            Flow.Start<int>("flow").Then(nothing).Build().Describe().Edges.Select(edge => $"{edge.From} → {edge.To}"));
    }

    [Fact]
    public void An_agent_shows_its_tools_when_it_has_some()
    {
        var flow = Flow.Start<string>("flow")
            .Then(Agent.Create("plain").Build())
            .Then(Agent.Create("armed").Tools(Tool.From("look", "", () => 1)).Build())
            .Build();
        Assert.Contains("([\"plain\"])", flow.ToMermaid(), StringComparison.Ordinal);
        Assert.Contains("([\"armed<br/>tools=look\"])", flow.ToMermaid(), StringComparison.Ordinal);
    }
}
