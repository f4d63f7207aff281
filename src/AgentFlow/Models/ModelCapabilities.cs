namespace AgentFlow;

/// <summary>Usual names of what a model can do. A capability is free text, compared without regard to case; these are the words the price tables use.</summary>
public static class ModelCapabilities
{
    /// <summary>It calls tools.</summary>
    public const string Tools = "tools";

    /// <summary>It reads images.</summary>
    public const string Vision = "vision";

    /// <summary>Its answers follow a JSON schema.</summary>
    public const string Json = "json";

    /// <summary>It thinks before it answers.</summary>
    public const string Reasoning = "reasoning";

    /// <summary>It reads PDF files.</summary>
    public const string Pdf = "pdf";

    /// <summary>It hears.</summary>
    public const string AudioInput = "audio-input";

    /// <summary>It speaks.</summary>
    public const string AudioOutput = "audio-output";

    /// <summary>Repeated beginnings of prompts are cheaper.</summary>
    public const string PromptCaching = "prompt-caching";
}
