using System.Buffers;

namespace AgentFlow.Journaling.Files;

/// <summary>Where a payload stands: bind it into the ciphertext, so that no payload can be moved to another place.</summary>
/// <param name="Run">The run's key.</param>
/// <param name="Sequence">The record's sequence.</param>
/// <param name="Kind">The record's kind.</param>
/// <param name="Key">The name of the encryption key.</param>
internal readonly record struct PayloadContext(string Run, long Sequence, byte Kind, string Key);

/// <summary>
/// Encrypts payloads under named keys, one per run or per tenant. Destroying a key erases the content of every record under
/// it; hashes cover what is stored and stay valid. Thread-safe; called on the thread that appends or reads.
/// </summary>
internal interface IPayloadCipher
{
    void Encrypt(in PayloadContext context, ReadOnlySpan<byte> payload, IBufferWriter<byte> output);

    /// <summary>Decrypts, or returns <see langword="false"/> when the key was destroyed. A payload that does not decrypt under its key is an exception.</summary>
    bool TryDecrypt(in PayloadContext context, ReadOnlySpan<byte> stored, IBufferWriter<byte> output);
}
