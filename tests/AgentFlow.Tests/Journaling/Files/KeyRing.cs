using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using AgentFlow.Journaling;

namespace AgentFlow.Tests.Journaling.Files;

/// <summary>AES-GCM with a key per name; the place of the payload is authenticated with it.</summary>
internal sealed class KeyRing : IPayloadCipher
{
    private readonly ConcurrentDictionary<string, byte[]?> _keys = [];

    public IEnumerable<string> Names => _keys.Keys;

    public void Destroy(string key) => _keys[key] = null;

    public void Encrypt(in PayloadContext context, ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        byte[]? key = _keys.GetOrAdd(context.Key, static _ => RandomNumberGenerator.GetBytes(32));
        var target = output.GetSpan(28 + payload.Length);
        RandomNumberGenerator.Fill(target[..12]);
        using var aes = new AesGcm(key!, 16);
        aes.Encrypt(target[..12], payload, target.Slice(28, payload.Length), target.Slice(12, 16), Place(context));
        output.Advance(28 + payload.Length);
    }

    public bool TryDecrypt(in PayloadContext context, ReadOnlySpan<byte> stored, IBufferWriter<byte> output)
    {
        if (_keys[context.Key] is not { } key) return false;
        var target = output.GetSpan(stored.Length);
        using var aes = new AesGcm(key, 16);
        aes.Decrypt(stored[..12], stored[28..], stored.Slice(12, 16), target[..(stored.Length - 28)], Place(context));
        output.Advance(stored.Length - 28);
        return true;
    }

    private static byte[] Place(in PayloadContext context)
    {
        byte[] place = new byte[9 + Encoding.UTF8.GetByteCount(context.Run)];
        BinaryPrimitives.WriteInt64LittleEndian(place, context.Sequence);
        place[8] = (byte)context.Kind;
        Encoding.UTF8.GetBytes(context.Run, place.AsSpan(9));
        return place;
    }
}
