using System.Globalization;
using AgentFlow.CrashChild;

// AgentFlow.CrashChild points DIRECTORY              prints every failpoint it reaches
// AgentFlow.CrashChild die DIRECTORY POINT HIT       works until it dies at the HITth time it reaches POINT
// AgentFlow.CrashChild work DIRECTORY WINDOW         works until it is killed
// AgentFlow.CrashChild count DIRECTORY N             appends N records, prints what failed, and exits
using var output = new ChildOutput();
switch (args)
{
    case ["points", var directory]:
        ScriptedWork.Run(directory, output, new Failpoints(output, null, 0), rounds: 3);
        return 0;
    case ["die", var directory, var point, var hit]:
        ScriptedWork.Run(directory, output, new Failpoints(output, point, int.Parse(hit, CultureInfo.InvariantCulture)), rounds: int.MaxValue);
        return 0;
    case ["work", var directory, var window]:
        await ConcurrentWork.RunAsync(directory, output, window);
        return 0;
    case ["count", var directory, var count]:
        return await CountedWork.RunAsync(directory, output, int.Parse(count, CultureInfo.InvariantCulture));
    default:
        output.Line("See Program.cs for the arguments.");
        return 2;
}
