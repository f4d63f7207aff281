using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace AgentFlow;

/// <summary>Where the JSON of an input is written to be looked at, once per thread. What is larger than its bound is not written to the end.</summary>
internal sealed class PrintBuffer : IBufferWriter<byte>
{
    private const int MaxBytes = 256 * 1024;
    private const int Kept = 16 * 1024;

    [ThreadStatic]
    private static PrintBuffer? _free;

    private readonly Utf8JsonWriter _writer;
    private byte[] _bytes = new byte[1024];
    private int _length;

    private PrintBuffer() => _writer = new(this, new JsonWriterOptions { SkipValidation = true });

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public static PrintBuffer Rent()
    {
        var buffer = _free ?? new();
        _free = null;
        return buffer;
    }

    public void Return()
    {
        if (_bytes.Length > Kept) _bytes = new byte[1024];
        _free = this;
    }

    public ReadOnlySpan<byte> Write<T>(T value, JsonTypeInfo<T> type)
    {
        _length = 0;
        _writer.Reset();
        JsonSerializer.Serialize(_writer, value, type);
        _writer.Flush();
        RefuseMore(_length);
        return Written;
    }

    private static void RefuseMore(int length)
    {
        if (length > MaxBytes) throw new InvalidOperationException($"The value has more than {MaxBytes} bytes.");
    }

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(_length);
    }

    private void Reserve(int size)
    {
        size = Math.Max(size, 256);
        if (_bytes.Length - _length >= size) return;

        // A writer asks for three bytes per character, and needs one as a rule.
        RefuseMore(_length + size / 3);
        Array.Resize(ref _bytes, Math.Max(_length + size, 2 * _bytes.Length));
    }
}
