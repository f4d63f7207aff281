using System.Buffers;

namespace AgentFlow.Journaling;

/// <summary>Where a payload stands: bind it into the ciphertext as authenticated data, so that no payload can be moved to another place.</summary>
/// <param name="Run">The id of the run, as text.</param>
/// <param name="Sequence">The entry's sequence in the run.</param>
/// <param name="Kind">What the entry states.</param>
/// <param name="Key">The name of the key, as <see cref="FileJournalOptions.PayloadKey"/> gave it.</param>
public readonly record struct PayloadContext(string Run, long Sequence, JournalEntryKind Kind, string Key);

/// <summary>
/// Encrypts the content of entries under named keys, one per run or per tenant. Destroying a key erases the content of every entry
/// under it; the hashes cover what is stored and stay valid. Must be thread-safe; called on the thread that appends or reads, so keys
/// should be in memory. An exception fails the append, or the read, and nothing else.
/// </summary>
public interface IPayloadCipher
{
    /// <summary>Encrypts a payload. A name that was not seen before asks for a new key, which must be durable before this returns.</summary>
    /// <param name="context">Where the payload stands, and under which key.</param>
    /// <param name="payload">The content in clear.</param>
    /// <param name="output">Takes what is stored.</param>
    void Encrypt(in PayloadContext context, ReadOnlySpan<byte> payload, IBufferWriter<byte> output);

    /// <summary>Decrypts a payload. A payload that does not decrypt under its key is an exception, a key that was destroyed is none.</summary>
    /// <param name="context">Where the payload stands, and under which key.</param>
    /// <param name="stored">What <see cref="Encrypt"/> wrote.</param>
    /// <param name="output">Takes the content in clear.</param>
    /// <returns><see langword="false"/> when the key was destroyed: the content is erased.</returns>
    bool TryDecrypt(in PayloadContext context, ReadOnlySpan<byte> stored, IBufferWriter<byte> output);
}
