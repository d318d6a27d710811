using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;

namespace WaBot.Security;

internal static class KeyRing
{
    /// <summary>The ring lies in a folder only its owner can read, and is part of every backup: without it nothing protected opens again.</summary>
    public static void AddKeyRing(this IServiceCollection services, string folder)
    {
        Shared.Files.PrivateFolder.Create(folder);
        services.AddDataProtection()
            .SetApplicationName("wabot")
            .PersistKeysToFileSystem(new DirectoryInfo(folder))
            .UseCryptographicAlgorithms(new AuthenticatedEncryptorConfiguration { EncryptionAlgorithm = EncryptionAlgorithm.AES_256_GCM });
    }
}
