namespace AgentFlow;

/// <content>Definitions from files, so that instructions change without a build.</content>
public sealed partial class AgentRegistry
{
    /// <summary>
    /// Registers every <c>*.agent.json</c> file of a directory, subdirectories not included. What has not changed stays the version that it is. When
    /// anything is wrong with any file, nothing is registered. Call it again whenever files have changed.
    /// </summary>
    /// <param name="directory">The directory.</param>
    /// <param name="by">Who does it: a user's name suffices.</param>
    /// <param name="reason">Why, for those who read the history.</param>
    /// <param name="activate">Whether the versions in the files become the active ones. Default: they are registered only.</param>
    /// <param name="cancellationToken">Ends it between two files.</param>
    /// <exception cref="AgentDefinitionException">Lists everything that is wrong, each with file, line, place and cure.</exception>
    /// <exception cref="AgentRefusedException">A version cannot be activated. Those before it, in the order of the file names, are.</exception>
    /// <exception cref="IOException">The directory or a file cannot be read.</exception>
    /// <exception cref="ArgumentException">Nobody is named, or no reason is given.</exception>
    /// <exception cref="Agents.AgentStoreException">The store is damaged, or cannot be written.</exception>
    public async Task<AgentLoadReport> LoadDirectoryAsync(string directory, Principal by, string reason, bool activate = false, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        var definitions = await ReadAllAsync(directory, cancellationToken).ConfigureAwait(false);
        var (registered, unchanged, activated) = (new List<AgentVersion>(), new List<AgentVersion>(), new List<AgentVersion>());
        foreach (var definition in definitions)
        {
            var before = (await ReadAsync(cancellationToken).ConfigureAwait(false)).Find(definition.Name)?.Versions.Count ?? 0;
            var version = await RegisterAsync(definition, by, reason, cancellationToken).ConfigureAwait(false);
            (version.Number > before ? registered : unchanged).Add(version);
            if (!activate || Find(definition.Name) is { Canary: null, ActiveNumber: { } active } && active == version.Number) continue;
            await ActivateAsync(definition.Name, version.Number, by, reason, cancellationToken).ConfigureAwait(false);
            activated.Add(version);
        }

        return new(registered, unchanged, activated);
    }

    private static async Task<List<AgentDefinition>> ReadAllAsync(string directory, CancellationToken cancellationToken)
    {
        var definitions = new List<AgentDefinition>();
        var defects = new List<AgentDefect>();
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Directory.GetFiles(directory, DefinitionFile.Pattern).Order(StringComparer.Ordinal))
        {
            var file = Path.GetFileName(path);
            try
            {
                var definition = await AgentDefinition.LoadAsync(path, cancellationToken).ConfigureAwait(false);
                if (files.TryAdd(definition.Name, file)) definitions.Add(definition);
                else defects.Add(new("$.name", null, $"'{definition.Name}' is also in {files[definition.Name]}", "keep one file per agent") { File = file });
            }
            catch (AgentDefinitionException exception)
            {
                defects.AddRange(exception.Defects.Select(defect => defect with { File = file }));
            }
        }

        return defects.Count == 0 ? definitions : throw new AgentDefinitionException($"A file in {directory}", defects);
    }
}

/// <summary>What came of loading a directory.</summary>
/// <param name="Registered">Versions that are new.</param>
/// <param name="Unchanged">Versions that were there already.</param>
/// <param name="Activated">Versions that were activated.</param>
public sealed record AgentLoadReport(IReadOnlyList<AgentVersion> Registered, IReadOnlyList<AgentVersion> Unchanged, IReadOnlyList<AgentVersion> Activated);
