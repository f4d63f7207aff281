using SupportDesk.Ui;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // Pressed again, it ends the program whatever it is doing.
    pressed.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
};
try
{
    return await DeskApp.RunAsync(args, Console.In, Console.Out, Console.Error, isTyped: !Console.IsInputRedirected, Environment.GetEnvironmentVariable, stop.Token);
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return DeskApp.Cancelled;
}
