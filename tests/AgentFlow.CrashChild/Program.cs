using System.Globalization;
using AgentFlow.CrashChild;

// AgentFlow.CrashChild points DIRECTORY              prints every failpoint it reaches
// AgentFlow.CrashChild die DIRECTORY POINT HIT       works until it dies at the HITth time it reaches POINT
// AgentFlow.CrashChild work DIRECTORY WINDOW [AIM N] works until it is killed, or dies the Nth time that the committer does AIM
// AgentFlow.CrashChild count DIRECTORY N             appends N records, prints what failed, and exits
// AgentFlow.CrashChild flows DIRECTORY LIFE WINDOW AIM N
//                                                    starts runs and continues those of earlier lives until it is killed, or dies the Nth time
//                                                    that the committer does AIM
// AgentFlow.CrashChild flow-points DIRECTORY LIFE    the same for a while; prints every failpoint it reaches
// AgentFlow.CrashChild flow-die DIRECTORY LIFE POINT HIT
// AgentFlow.CrashChild flow-finish DIRECTORY LIFE    ends every run of the earlier lives, and exits
// AgentFlow.CrashChild flow-count DIRECTORY LIFE N   starts N runs and says how each of them ended
using var output = new ChildOutput();
switch (args)
{
    case ["points", var directory]:
        ScriptedWork.Run(directory, output, new Failpoints(output, null, 0), rounds: 3);
        return 0;
    case ["die", var directory, var point, var hit]:
        ScriptedWork.Run(directory, output, new Failpoints(output, point, Number(hit)), rounds: int.MaxValue);
        return 0;
    case ["work", var directory, var window]:
        await ConcurrentWork.RunAsync(directory, output, window);
        return 0;
    case ["work", var directory, var window, var aim, var hit]:
        await ConcurrentWork.RunAsync(directory, output, window, Number(aim), Number(hit));
        return 0;
    case ["count", var directory, var count]:
        return await CountedWork.RunAsync(directory, output, Number(count));
    case ["flows", var directory, var life, var window, var aim, var hit]:
        return await new FlowWork(directory, Number(life), output, _ => { }) { WindowPath = window, Aim = Number(aim), Hit = Number(hit), Runs = int.MaxValue }.RunAsync();
    case ["flow-points", var directory, var life]:
        return await new FlowWork(directory, Number(life), output, new Failpoints(output, null, 0).Reach) { Runs = 24 }.RunAsync();
    case ["flow-die", var directory, var life, var point, var hit]:
        return await new FlowWork(directory, Number(life), output, new Failpoints(output, point, Number(hit)).Reach) { Runs = int.MaxValue }.RunAsync();
    case ["flow-finish", var directory, var life]:
        return await new FlowWork(directory, Number(life), output, _ => { }).RunAsync();
    case ["flow-count", var directory, var life, var count]:
        return await new FlowWork(directory, Number(life), output, _ => { }) { Runs = Number(count), Lanes = 1 }.RunAsync();
    default:
        output.Line("See Program.cs for the arguments.");
        return 2;
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
