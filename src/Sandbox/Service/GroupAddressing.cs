namespace Sandbox.Service;

/// <summary>How members of a group are named on the wire.</summary>
internal enum GroupAddressing
{
    /// <summary>By phone number, as in old groups.</summary>
    Phone,

    /// <summary>By LID, as in all new groups.</summary>
    Lid,
}
