using DocumentIntake;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // Pressed again, it ends the program whatever it is doing.
    pressed.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
};
try
{
    return await IntakeApp.RunAsync(args, Console.Out, Console.Error, Environment.GetEnvironmentVariable, stop.Token);
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return IntakeApp.Cancelled;
}
