using System.Diagnostics;
using System.Threading.Channels;

namespace AgentFlow.Scheduling;

/// <summary>The queued runs of one priority, in a bounded channel. Guarded by the lock of <see cref="RunAdmission"/>.</summary>
internal sealed class AdmissionLine
{
    private readonly Channel<AdmissionWaiter> _channel;

    /// <summary>A channel cannot drop from its middle: withdrawn runs stay until read. Twice the places makes sweeping them rare.</summary>
    public AdmissionLine(int places) =>
        _channel = Channel.CreateBounded<AdmissionWaiter>(new BoundedChannelOptions((int)Math.Min(2L * places, int.MaxValue))
        {
            FullMode = BoundedChannelFullMode.Wait,
        });

    /// <summary>How many wait, without the withdrawn.</summary>
    public int Count { get; private set; }

    /// <summary>The caller has a place, hence there is room after a sweep.</summary>
    public void Add(AdmissionWaiter waiter)
    {
        while (!_channel.Writer.TryWrite(waiter))
        {
            Sweep();
        }

        waiter.IsQueued = true;
        Count++;
    }

    /// <summary><see cref="Count"/> is positive.</summary>
    public AdmissionWaiter Take()
    {
        while (_channel.Reader.TryRead(out AdmissionWaiter? waiter))
        {
            if (waiter.IsQueued)
            {
                Drop(waiter);
                return waiter;
            }
        }

        throw new UnreachableException("The channel is empty although runs are counted in it.");
    }

    public void Drop(AdmissionWaiter waiter)
    {
        waiter.IsQueued = false;
        Count--;
    }

    private void Sweep()
    {
        for (int left = _channel.Reader.Count; left > 0; left--)
        {
            if (_channel.Reader.TryRead(out AdmissionWaiter? waiter) && waiter.IsQueued)
            {
                _channel.Writer.TryWrite(waiter);
            }
        }
    }
}
